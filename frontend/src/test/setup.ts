import { cleanup, configure } from '@testing-library/react';
import { afterEach, vi } from 'vitest';
import { forget } from '../realtime/newest';

// What jsdom lacks of a browser and Ant Design asks for.
window.matchMedia ??= (query: string) => Object.assign(new EventTarget(), { matches: false, media: query, onchange: null, addListener: () => undefined, removeListener: () => undefined }) as unknown as MediaQueryList;
globalThis.ResizeObserver ??= class {
  observe() {}
  unobserve() {}
  disconnect() {}
};
const computed = window.getComputedStyle.bind(window);
window.getComputedStyle = (element) => computed(element); // of pseudo elements it can't

configure({ asyncUtilTimeout: 15_000, defaultHidden: true, getElementError: (message) => new Error(message ?? '') }); // a loaded machine is slow; a whole document says little; whether a role can be seen costs jsdom seconds

afterEach(() => {
  cleanup();
  forget();
  vi.unstubAllGlobals();
  localStorage.clear();
});
