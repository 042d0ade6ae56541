// <form data-controller="draft" data-draft-key="reply:7:T-7K2M9Q">: keeps the text typed on this device until
// it is sent; restored when the page is opened again.
const WAIT = 600;

export default function draft(form) {
  const key = `draft:${form.dataset.draftKey}`;
  const boxes = [...form.querySelectorAll("textarea, input[type=text]")].filter((box) => box.name);
  const kept = JSON.parse(localStorage.getItem(key) || "{}");
  for (const box of boxes) if (!box.value && kept[box.name]) box.value = kept[box.name];
  let timer;
  const keep = () => {
    const typed = Object.fromEntries(boxes.filter((box) => box.value).map((box) => [box.name, box.value]));
    if (Object.keys(typed).length) localStorage.setItem(key, JSON.stringify(typed));
    else localStorage.removeItem(key);
  };
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(keep, WAIT);
  });
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    localStorage.removeItem(key);
  });
  addEventListener("pagehide", keep);
  form.addEventListener("submit", () => removeEventListener("pagehide", keep));
}
