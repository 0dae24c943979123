import { useEffect, useRef, useState, type ReactNode } from 'react';
import { tr } from '../../app/preferences';
import { CategorySelect } from './CategorySelect';

type Props = {
  /** Whose category it is, for those who hear the page. */
  of: string;
  value: number | null;
  /** What stands there until it is pressed, and the same without markup. */
  children: ReactNode;
  said: string;
  title?: string;
  /** Saves it; false when that was refused. */
  choose: (category: number) => Promise<boolean>;
};

/** A category in a row of a table: words until it is pressed, as fifty fields draw slowly; then a field, until it is chosen or left. */
export function CategoryWords({ of, value, children, said, title, choose }: Props) {
  const [editing, edit] = useState(false);
  const [choice, setChoice] = useState<number | null>(null); // until the row says the same
  const words = useRef<HTMLButtonElement>(null);
  const left = useRef(false);
  const shut = () => {
    left.current = true;
    setChoice(null);
    edit(false);
  };
  useEffect(() => {
    if (choice !== null && value === choice) shut();
  }, [choice, value]);
  useEffect(() => {
    // The keyboard stays where it was, unless it has gone on.
    if (!editing && left.current && document.activeElement === document.body) words.current?.focus();
    left.current = false;
  }, [editing]);

  if (!editing)
    return (
      <button ref={words} type="button" className="cell-edit" aria-haspopup="listbox" title={title} aria-label={`${tr('Категория', 'Category')}: ${said}, ${of}`} onClick={() => edit(true)}>
        {children}
      </button>
    );
  const decide = async (category: number | null) => {
    if (category === null || category === value) return shut();
    setChoice(category);
    if (!(await choose(category))) shut();
  };
  return (
    <CategorySelect
      autoFocus
      defaultOpen
      size="small"
      style={{ width: '100%' }}
      disabled={choice !== null}
      aria-label={`${tr('Категория', 'Category')}: ${of}`}
      value={choice ?? value}
      onChange={(id) => void decide(id)}
      onBlur={() => { if (choice === null) shut(); }}
      onKeyDown={(e) => { if (e.key === 'Escape') shut(); }}
    />
  );
}
