/**
 * Puts Markdown around the selection of a text area. Without script the toolbar stays hidden and people type.
 *
 *   <div data-controller="markdown">
 *     <div role="toolbar" hidden><button type="button" data-mark="bold">…</button></div>
 *     <textarea>…</textarea>
 *   </div>
 */

const INLINE = { bold: ["**", "**"], link: ["[", "](https://)"] };
const LINES = { heading: "## ", list: "- ", note: "> ", steps: "1. " };
const TABLE = "| A | B |\n| --- | --- |\n|  |  |\n";

export default function markdown(element) {
  const bar = element.querySelector("[role=toolbar]");
  const text = element.querySelector("textarea");
  if (!bar || !text) return () => {};
  const press = (event) => {
    const button = event.target.closest("[data-mark]");
    if (button) apply(text, button.dataset.mark);
  };
  const keys = (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.isComposing) return;
    const mark = { b: "bold", k: "link" }[event.key.toLowerCase()];
    if (!mark) return;
    event.preventDefault();
    apply(text, mark);
  };
  bar.hidden = false;
  bar.addEventListener("click", press);
  text.addEventListener("keydown", keys);
  return () => {
    bar.removeEventListener("click", press);
    text.removeEventListener("keydown", keys);
    bar.hidden = true;
  };
}

function apply(text, mark) {
  const { selectionStart: start, selectionEnd: end, value } = text;
  if (INLINE[mark]) {
    const [before, after] = INLINE[mark];
    put(text, start, end, before + value.slice(start, end) + after);
    text.setSelectionRange(start + before.length, end + before.length);
  } else if (LINES[mark]) {
    const from = value.lastIndexOf("\n", start - 1) + 1;
    const lines = value.slice(from, end).split("\n");
    put(text, from, end, lines.map((line) => LINES[mark] + line).join("\n"));
  } else if (mark === "table") {
    const gap = start > 0 && value[start - 1] !== "\n" ? "\n\n" : "";
    put(text, start, end, gap + TABLE);
  }
}

/** Replaces a part so that the browser's own undo still knows it where it can. */
function put(text, start, end, words) {
  text.focus();
  text.setSelectionRange(start, end);
  if (!document.execCommand("insertText", false, words)) {
    text.setRangeText(words, start, end, "end");
    text.dispatchEvent(new Event("input", { bubbles: true }));
  }
}
