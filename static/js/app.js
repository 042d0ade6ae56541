// Behaviours are attached by name: <form data-controller="draft"> loads controllers/draft.js once and calls
// its default export with the element. Pages work without any of this.

const loaded = new Map();

function attach(root) {
  const found = root.querySelectorAll("[data-controller]");
  for (const element of [...(root.matches?.("[data-controller]") ? [root] : []), ...found]) {
    for (const name of element.dataset.controller.split(" ")) {
      const key = `attached${name}`;
      if (!name || element[key]) continue;
      element[key] = true;
      if (!loaded.has(name)) loaded.set(name, import(`./controllers/${name}.js`));
      loaded.get(name).then((module) => module.default(element), () => {});
    }
  }
}

document.documentElement.classList.add("js");
attach(document.body);
document.addEventListener("htmx:load", (event) => attach(event.target));

// What fails is said, not swallowed: the text typed stays where it is.
document.addEventListener("htmx:sendError", () => {
  const say = document.getElementById("offline");
  if (say) say.hidden = false;
});

// News replaced the part of the page that asked: what its answer says, a refusal perhaps, is shown all the same,
// and the page looks once more, for the two may have crossed. Those who ask this way name the body as target.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { requestConfig, serverResponse, shouldSwap } = event.detail;
  if (!shouldSwap || requestConfig.elt.isConnected) return;
  event.preventDefault();
  window.htmx.swap(document.body, serverResponse, { swapStyle: "none" });
  document.body.dispatchEvent(new CustomEvent("hint-ticket"));
});
