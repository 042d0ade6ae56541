// <table data-controller="rows">: j and k move through the rows, Enter or o opens one. Single keys act only while
// nothing is being typed and no modifier is held.
export default function rows(table) {
  let here = -1;
  const all = () => [...table.querySelectorAll("tbody tr")];
  const go = (step) => {
    const lines = all();
    if (!lines.length) return;
    lines[here]?.classList.remove("is-here");
    here = Math.min(lines.length - 1, Math.max(0, here + step));
    lines[here].classList.add("is-here");
    lines[here].querySelector("a").focus({ preventScroll: false });
  };
  const keys = { j: () => go(1), k: () => go(-1), o: () => all()[here]?.querySelector("a").click() };
  document.addEventListener("keydown", (event) => {
    if (!table.isConnected || event.ctrlKey || event.metaKey || event.altKey || localStorage.getItem("keys:off")) return;
    if (event.target.closest("input, textarea, select, [contenteditable], dialog")) return;
    keys[event.key]?.();
  });
}
