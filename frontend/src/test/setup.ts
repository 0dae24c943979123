import { cleanup } from '@testing-library/react';
import { afterEach, vi } from 'vitest';

// What jsdom lacks of a browser and Ant Design asks for.
window.matchMedia ??= (query: string) => Object.assign(new EventTarget(), { matches: false, media: query, onchange: null, addListener: () => undefined, removeListener: () => undefined }) as unknown as MediaQueryList;
globalThis.ResizeObserver ??= class {
  observe() {}
  unobserve() {}
  disconnect() {}
};
const computed = window.getComputedStyle.bind(window);
window.getComputedStyle = (element) => computed(element); // of pseudo elements it can't

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  localStorage.clear();
});
