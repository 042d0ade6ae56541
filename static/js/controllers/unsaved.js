/**
 * Asks before a form with unsaved changes is left.
 *
 *   <form method="post" data-controller="unsaved">…</form>
 */

export default function unsaved(form) {
  let changed = false;
  const touch = () => { changed = true; };
  const send = () => { changed = false; };
  const leave = (event) => { if (changed) event.preventDefault(); };
  form.addEventListener("input", touch);
  form.addEventListener("submit", send);
  window.addEventListener("beforeunload", leave);
  return () => {
    form.removeEventListener("input", touch);
    form.removeEventListener("submit", send);
    window.removeEventListener("beforeunload", leave);
  };
}
