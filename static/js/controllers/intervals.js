// <form data-controller="intervals">: a button with data-add="w0" adds a copy of <template data-new="w0"> to
// [data-rows="w0"] without asking the server, and an interval that ends before it begins says so.
export default function intervals(form) {
  const minutes = (text) => {
    const found = /^(\d{1,2})[:：](\d{2})$/.exec(text.trim());
    return found ? Number(found[1]) * 60 + Number(found[2]) : null;
  };
  const note = (pair) => {
    const [from, to] = [...pair.querySelectorAll("input")].map((input) => minutes(input.value));
    const night = pair.querySelector(".pair__night");
    if (night) night.hidden = !(from !== null && to !== null && to < from);
  };
  form.querySelectorAll(".pair").forEach(note);
  form.addEventListener("input", (event) => {
    const pair = event.target.closest(".pair");
    if (pair) note(pair);
  });
  form.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-add]");
    if (!button) return;
    const name = button.dataset.add;
    const fresh = form.querySelector(`template[data-new="${name}"]`).content.cloneNode(true);
    const rows = form.querySelector(`[data-rows="${name}"]`);
    event.preventDefault();
    rows.append(fresh);
    rows.lastElementChild.querySelector("input").focus();
  });
}
