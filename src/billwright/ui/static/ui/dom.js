// Three short names for what every line needs.

export const one = (selector, within = document) => within.querySelector(selector);
export const all = (selector, within = document) => [...within.querySelectorAll(selector)];
export const on = (type, act, options) => document.addEventListener(type, act, options);
