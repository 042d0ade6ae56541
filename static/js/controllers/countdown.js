// <form data-controller="countdown" data-countdown-until="2026-…" data-countdown-text="Sent in {n} s" data-countdown-done="Sending">
// <span data-countdown-target="text">: counts down to the moment an answer leaves; the button stays until then.
export default function countdown(form) {
  const text = form.querySelector('[data-countdown-target="text"]');
  const until = Date.parse(form.dataset.countdownUntil);
  const tick = () => {
    const left = Math.ceil((until - Date.now()) / 1000);
    text.textContent = left > 0 ? form.dataset.countdownText.replace("{n}", left) : form.dataset.countdownDone;
    if (left > 0 && form.isConnected) return;
    clearInterval(timer);
    form.querySelector("button").hidden = true;
  };
  const timer = setInterval(tick, 500);
  tick();
}
