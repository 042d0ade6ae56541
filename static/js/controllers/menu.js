// <details class="menu" data-controller="menu">: closes on Escape and on a click elsewhere.
export default function menu(element) {
  const close = (back) => {
    element.open = false;
    if (back) element.querySelector("summary")?.focus();
  };
  element.addEventListener("keydown", (event) => event.key === "Escape" && element.open && close(true));
  document.addEventListener("click", (event) => !element.contains(event.target) && close(false));
}
