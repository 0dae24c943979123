import { useSyncExternalStore } from 'react';

export type Lang = 'ru' | 'en';
export type ThemeChoice = 'light' | 'dark' | 'system';
type Preferences = { lang: Lang; theme: ThemeChoice };

const KEY = 'obmen.preferences';
const listeners = new Set<() => void>();

function read(): Preferences {
  try {
    const stored = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Preferences>;
    return { lang: stored.lang === 'en' ? 'en' : 'ru', theme: stored.theme === 'light' || stored.theme === 'dark' ? stored.theme : 'system' };
  } catch {
    return { lang: 'ru', theme: 'system' }; // storage is forbidden or holds something else
  }
}

let current: Preferences = read();

export function setPreferences(change: Partial<Preferences>) {
  current = { ...current, ...change };
  try {
    localStorage.setItem(KEY, JSON.stringify(current));
  } catch {
    // Kept for this visit only.
  }
  listeners.forEach((tell) => tell());
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const preferences = () => current;
export const usePreferences = () => useSyncExternalStore(subscribe, preferences);

/** A text for people, in the language chosen. The tree is drawn anew when the language changes, so call it while drawing. */
export const tr = (ru: string, en: string) => (current.lang === 'en' ? en : ru);
export const locale = () => (current.lang === 'en' ? 'en-GB' : 'ru-RU');
