// <div data-controller="focus" tabindex="-1">: takes the focus when it appears, such as a summary of errors.
export default function focus(element) {
  element.focus({ preventScroll: false });
}
