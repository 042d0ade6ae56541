// <div data-controller="live queue" data-queue-one="One new ticket, show it" data-queue-many="{n} new …">: counts the
// tickets that came in since the page was drawn and offers to show them; rows never move under the mouse.
export default function queue(page) {
  const bar = page.querySelector("[data-queue-bar]");
  const news = new Set();
  page.addEventListener("hint-queue", ({ detail }) => {
    if (!detail.new) return;
    news.add(detail.new);
    const words = news.size === 1 ? page.dataset.queueOne : page.dataset.queueMany.replace("{n}", news.size);
    bar.querySelector("span").textContent = words;
    bar.hidden = false;
  });
}
