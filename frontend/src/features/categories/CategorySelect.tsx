import { Select, type RefSelectProps, type SelectProps } from 'antd';
import { forwardRef } from 'react';
import { tr } from '../../app/preferences';
import { useCategories } from './api';
import { kindTitle } from './kinds';

type Props = Omit<SelectProps<number | null>, 'options' | 'loading'> & { withNone?: boolean; everything?: boolean };

/** What a filter with `withNone` says for rows that have none. */
export const NO_CATEGORY = -1;

/** One category, found by typing part of its name; grouped by kind. For a filter (`withNone`, `everything`) also those that can't be chosen any more. */
export const CategorySelect = forwardRef<RefSelectProps, Props>(function CategorySelect({ withNone, everything = withNone, ...props }, ref) {
  const categories = useCategories();
  const offered = (categories.data ?? []).filter(({ id, choosable }) => everything || choosable || id === props.value);
  const kinds = [...new Set(offered.map((category) => category.kind))];
  return (
    <Select<number | null>
      ref={ref}
      showSearch
      optionFilterProp="label"
      aria-label={tr('Категория', 'Category')}
      placeholder={tr('Категория', 'Category')}
      popupMatchSelectWidth={360}
      {...props}
      aria-required={undefined} // of a form's field: Ant Design puts it on a box that may not have it
      loading={categories.isPending}
      status={categories.error ? 'error' : props.status}
      options={[
        ...(withNone ? [{ value: NO_CATEGORY, label: tr('Без категории', 'Without a category') }] : []),
        ...kinds.map((kind) => ({
          label: kindTitle(kind),
          options: offered.filter((category) => category.kind === kind).map(({ id, path }) => ({ value: id, label: path })),
        })),
      ]}
    />
  );
});
