// <body data-controller="keys">: single keys for the desk, read from the page itself. A link or button with
// data-key="r" is pressed by r; data-key="g q" by g then q. Only outside fields and dialogs, never with Alt,
// and a switch in the sheet (?) turns them all off. The sheet lists what is bound right now.
const OFF = "keys:off";

export default function keys(body) {
  let first = "";
  let timer;
  const busy = () =>
    document.activeElement?.matches("input, textarea, select, [contenteditable]") ||
    document.querySelector("dialog[open]");
  const bound = () => [...document.querySelectorAll("[data-key]")].filter((element) => element.offsetParent !== null);
  const press = (element) =>
    element.matches("input, textarea, select") ? element.focus() : element.click();

  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.isComposing || busy()) return;
    if (event.key === "?") return sheet();
    if (localStorage.getItem(OFF)) return;
    const key = first ? `${first} ${event.key}` : event.key;
    const hit = bound().find((element) => element.dataset.key === key);
    const opens = bound().some((element) => element.dataset.key.startsWith(`${key} `));
    clearTimeout(timer);
    first = "";
    if (hit) {
      event.preventDefault();
      press(hit);
    } else if (opens) {
      first = event.key;
      timer = setTimeout(() => (first = ""), 1200);
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    const form = event.target.closest?.("form");
    if (form && event.target.matches("textarea")) form.requestSubmit();
  });

  function sheet() {
    const dialog = document.getElementById("keys");
    if (!dialog) return;
    const list = dialog.querySelector("dl");
    list.replaceChildren(
      ...bound().flatMap((element) => {
        const key = document.createElement("dt");
        key.append(Object.assign(document.createElement("kbd"), { textContent: element.dataset.key }));
        const what = document.createElement("dd");
        what.textContent = element.dataset.keyLabel || element.textContent.trim() || element.getAttribute("aria-label");
        return [key, what];
      }),
    );
    const off = dialog.querySelector("input");
    off.checked = !localStorage.getItem(OFF);
    off.onchange = () => (off.checked ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, "1"));
    dialog.showModal();
  }
}
