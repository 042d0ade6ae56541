// <body data-controller="ticking">: <span data-due="2026-11-22T14:02:00Z" data-left="in {span}" data-late="late
// {span}"> counts down without a reload; words come from the page, in its language.
const UNITS = { en: [" d", " h", " min", " s"], zh: [" 天", " 小时", " 分钟", " 秒"] };

export function span(seconds, lang) {
  const [day, hour, minute, second] = UNITS[lang.startsWith("zh") ? "zh" : "en"];
  const s = Math.floor(Math.abs(seconds));
  const d = Math.floor(s / 86400);
  const h = Math.floor((s % 86400) / 3600);
  const m = Math.floor((s % 3600) / 60);
  const parts = [];
  if (d) parts.push(d + day);
  if (h) parts.push(h + hour);
  if (m && !d) parts.push(m + minute);
  return parts.join(" ") || s + second;
}

export default function ticking(root) {
  const lang = document.documentElement.lang;
  const tick = () => {
    for (const element of root.querySelectorAll("[data-due]")) {
      const left = (Date.parse(element.dataset.due) - Date.now()) / 1000;
      const words = left >= 0 ? element.dataset.left : element.dataset.late;
      const text = (words || "{span}").replace("{span}", span(left, lang));
      if (element.textContent !== text) element.textContent = text;
    }
  };
  setInterval(() => document.hidden || tick(), 1000);
}
