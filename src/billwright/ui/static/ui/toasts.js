// Short notices after an act; the server sends them with the page or the fragment, the script adds a few of its own.

import { all, on, one } from "./dom.js";

const TOAST_MS = 8000;

export function raiseToasts() {
  const box = one("#toasts");
  if (!box) return;
  // Shown again each time, so that it stands above a drawer opened since.
  if (box.matches(":popover-open")) box.hidePopover();
  if (one(".toast", box)) box.showPopover();
  for (const toast of all(".toast:not([data-timed])", box)) {
    toast.dataset.timed = "";
    if (toast.dataset.tone !== "bad") fade(toast);
  }
}

// A toast being read or reached for stays, and so does what went wrong.
function fade(toast) {
  setTimeout(() => (toast.matches(":hover, :focus-within") ? fade(toast) : toast.remove()), TOAST_MS);
}

export const words = () => one("#words").dataset;

export function say(text, tone) {
  const toast = one("#words").content.firstElementChild.cloneNode(true);
  toast.dataset.tone = tone;
  one(".toast-text", toast).textContent = text;
  one("#toasts").append(toast);
  raiseToasts();
}

on("htmx:load", raiseToasts);
// Undone is done with.
on("htmx:afterRequest", ({ target }) => target.closest(".toast")?.remove());
raiseToasts();
