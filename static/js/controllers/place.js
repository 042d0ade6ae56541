// <body data-controller="place">: a part of the page that is swapped takes the focus with it. Whoever uses the
// keyboard is then put back: on the same control, or on the first of what stands in its place.
const SETTLED = 40; // milliseconds; htmx takes 20 to settle

export default function place(body) {
  const places = new WeakMap();
  const lost = () => !document.activeElement || document.activeElement === body;

  document.addEventListener("htmx:beforeRequest", ({ detail }) => {
    const here = document.activeElement;
    if (!lost() && here.matches(":focus-visible")) places.set(detail.xhr, names(here));
  });
  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    const path = places.get(detail.xhr);
    if (path) setTimeout(() => lost() && back(path), SETTLED);
  });
}

/** The ids from an element upwards. */
function names(element) {
  const path = [];
  for (let each = element; each; each = each.parentElement) if (each.id) path.push(each.id);
  return path;
}

function back(path) {
  const part = path.map((id) => document.getElementById(id)).find(Boolean);
  if (!part) return;
  const controls = "textarea, input:not([type=hidden]), select, button, a[href], summary";
  const can = (element) => !element.disabled && element.getClientRects().length > 0;
  const goal = part.matches(controls) && can(part) ? part : [...part.querySelectorAll(controls)].find(can);
  if (!goal) part.tabIndex = -1;
  (goal || part).focus({ preventScroll: !!goal && part !== goal });
}
