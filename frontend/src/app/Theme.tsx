import { App as AntApp, ConfigProvider, theme } from 'antd';
import ruRU from 'antd/locale/ru_RU';
import dayjs from 'dayjs';
import 'dayjs/locale/ru';
import { useSyncExternalStore, type ReactNode } from 'react';

dayjs.locale('ru');
const dark = window.matchMedia('(prefers-color-scheme: dark)');

function subscribe(onChange: () => void) {
  dark.addEventListener('change', onChange);
  return () => dark.removeEventListener('change', onChange);
}

/** Colours as the system has them, Russian texts of the components. */
export function Theme({ children }: { children: ReactNode }) {
  const isDark = useSyncExternalStore(subscribe, () => dark.matches);
  return (
    <ConfigProvider
      locale={ruRU}
      theme={{
        algorithm: isDark ? theme.darkAlgorithm : theme.defaultAlgorithm,
        token: { colorPrimary: isDark ? '#3fae93' : '#1f6f5c', borderRadius: 6 },
      }}
    >
      <AntApp>{children}</AntApp>
    </ConfigProvider>
  );
}
