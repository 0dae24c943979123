import { Select } from 'antd';
import type { UrlState } from '../app/useUrlState';

/** A filter of the address that is one of a few values. */
export function Pick({ url: { get, set }, name, title, options, width = 150 }: { url: UrlState; name: string; title: string; options: [value: string, label: string][]; width?: number }) {
  return (
    <Select
      aria-label={title}
      placeholder={title}
      allowClear
      showSearch={options.length > 8}
      optionFilterProp="label"
      style={{ width }}
      value={get(name) || undefined}
      onChange={(value?: string) => set({ [name]: value })}
      options={options.map(([value, label]) => ({ value, label }))}
    />
  );
}
