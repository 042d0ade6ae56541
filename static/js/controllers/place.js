// <body data-controller="place">: a part of the page that is swapped takes the focus with it. Whoever uses the
// keyboard is then put back: on the same control, or on the first of what stands in its place. And news that
// comes in by itself leaves alone what somebody has begun to fill in.
const SETTLED = 40; // milliseconds; htmx takes 20 to settle
const CONTROLS = "textarea, input:not([type=hidden]), select, button, a[href], summary";

export default function place(body) {
  const places = new WeakMap();
  const lost = () => !document.activeElement || document.activeElement === body;
  let news = false; // whether what is being swapped answers no act of one's own

  document.addEventListener("htmx:beforeRequest", ({ detail }) => {
    const here = document.activeElement;
    if (!lost() && here.matches(":focus-visible")) places.set(detail.xhr, names(here));
  });
  document.addEventListener("htmx:beforeOnLoad", ({ detail }) => {
    news = detail.requestConfig.verb === "get";
  });
  document.addEventListener("htmx:oobBeforeSwap", ({ detail }) => {
    if (news && begun(detail.target)) detail.shouldSwap = false;
  });
  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    const path = places.get(detail.xhr);
    if (!path) return;
    // The next key may come at any moment: what has not changed takes it without a gap.
    const same = document.getElementById(path[0]);
    if (lost() && same?.matches(CONTROLS) && can(same)) same.focus({ preventScroll: true });
    setTimeout(() => lost() && back(path), SETTLED);
  });
}

/** The ids from an element upwards. */
function names(element) {
  const path = [];
  for (let each = element; each; each = each.parentElement) if (each.id) path.push(each.id);
  return path;
}

/** Whether somebody has changed a field in it and not sent it yet; what is preserved anyway does not count. */
function begun(part) {
  return [...part.querySelectorAll("input, select, textarea")].some((field) => {
    if (field.type === "hidden" || field.hasAttribute("hx-preserve")) return false;
    if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
    if (field.type !== "select-one") return field.value !== field.defaultValue;
    const first = [...field.options].findIndex((option) => option.defaultSelected);
    return field.selectedIndex !== Math.max(first, 0);
  });
}

function can(element) {
  return !element.disabled && element.getClientRects().length > 0;
}

function back(path) {
  const part = path.map((id) => document.getElementById(id)).find(Boolean);
  if (!part) return;
  const goal = part.matches(CONTROLS) && can(part) ? part : [...part.querySelectorAll(CONTROLS)].find(can);
  if (!goal) part.tabIndex = -1;
  (goal || part).focus({ preventScroll: !!goal && part !== goal });
}
