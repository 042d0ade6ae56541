// <div data-controller="dropzone"><input type="file" multiple></div>: files may be dropped and pasted too; what
// was chosen is listed with its size and can be taken out again. Without script the input alone does the work.
const size = (bytes) => (bytes < 1e6 ? `${Math.ceil(bytes / 1024)} KB` : `${(bytes / 1048576).toFixed(1)} MB`);

export default function dropzone(zone) {
  const input = zone.querySelector("input[type=file]");
  const list = zone.querySelector(".dropzone__list") || zone.appendChild(document.createElement("ul"));
  list.classList.add("dropzone__list");
  let files = [];

  const show = () => {
    const transfer = new DataTransfer();
    files.forEach((file) => transfer.items.add(file));
    input.files = transfer.files;
    list.replaceChildren(...files.map(row));
  };
  const row = (file, index) => {
    const item = document.createElement("li");
    item.className = "dropzone__item";
    if (file.type.startsWith("image/") && !file.type.includes("svg")) {
      const picture = document.createElement("img");
      picture.src = URL.createObjectURL(file);
      picture.alt = "";
      picture.onload = () => URL.revokeObjectURL(picture.src);
      item.append(picture);
    }
    const name = document.createElement("span");
    name.className = "grow truncate";
    name.textContent = `${file.name} · ${size(file.size)}`;
    const remove = document.createElement("button");
    remove.type = "button";
    remove.className = "btn btn--quiet";
    remove.textContent = zone.dataset.remove || "×";
    remove.setAttribute("aria-label", `${zone.dataset.remove || "×"} ${file.name}`);
    remove.addEventListener("click", () => {
      files.splice(index, 1);
      show();
      input.focus();
    });
    item.append(name, remove);
    return item;
  };
  const add = (more) => {
    files = [...files, ...more].slice(0, Number(zone.dataset.most || 10));
    show();
  };

  input.addEventListener("change", () => add([...input.files]));
  for (const type of ["dragenter", "dragover"]) {
    zone.addEventListener(type, (event) => {
      event.preventDefault();
      zone.classList.add("dropzone--over");
    });
  }
  for (const type of ["dragleave", "drop"]) {
    zone.addEventListener(type, () => zone.classList.remove("dropzone--over"));
  }
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    add([...event.dataTransfer.files]);
  });
  (zone.closest("form") || zone).addEventListener("paste", (event) => {
    const pasted = [...(event.clipboardData?.files || [])];
    if (!pasted.length) return;
    event.preventDefault();
    add(pasted);
  });
}
