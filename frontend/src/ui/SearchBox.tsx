import { Input } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { tr } from '../app/preferences';

/** Looks for what is typed, a moment after the last key. */
export function SearchBox({ value, placeholder, onSearch }: { value: string; placeholder: string; onSearch: (text: string) => void }) {
  const [text, setText] = useState(value);
  const search = useRef(onSearch);
  search.current = onSearch;
  const said = useRef(value);
  useEffect(() => {
    if (value !== said.current) {
      said.current = value;
      setText(value); // the address changed: back, a link
    }
  }, [value]);
  useEffect(() => {
    if (text === said.current) return;
    const wait = window.setTimeout(() => {
      said.current = text;
      search.current(text);
    }, 300);
    return () => window.clearTimeout(wait);
  }, [text]);
  return <Input type="search" aria-label={tr('Поиск', 'Search')} placeholder={placeholder} allowClear value={text} className="search" onChange={(e) => setText(e.target.value)} />;
}
