import { App as AntApp, ConfigProvider, theme } from 'antd';
import enGB from 'antd/locale/en_GB';
import ruRU from 'antd/locale/ru_RU';
import dayjs from 'dayjs';
import 'dayjs/locale/en-gb';
import 'dayjs/locale/ru';
import { useLayoutEffect, type ReactNode } from 'react';
import { useMedia } from '../ui/useMedia';
import { usePreferences } from './preferences';

/** Language, colours and motion: as chosen, else as the system wants them. */
export function Theme({ children }: { children: ReactNode }) {
  const { lang, theme: choice } = usePreferences();
  const systemDark = useMedia('(prefers-color-scheme: dark)');
  const still = useMedia('(prefers-reduced-motion: reduce)');
  const dark = choice === 'system' ? systemDark : choice === 'dark';
  dayjs.locale(lang === 'en' ? 'en-gb' : 'ru');
  useLayoutEffect(() => {
    document.documentElement.dataset.theme = dark ? 'dark' : 'light';
    document.documentElement.lang = lang;
  }, [dark, lang]);
  return (
    <ConfigProvider
      locale={lang === 'en' ? enGB : ruRU}
      theme={{
        algorithm: dark ? theme.darkAlgorithm : theme.defaultAlgorithm,
        token: {
          colorPrimary: dark ? '#2f9279' : '#1f6f5c',
          colorLink: dark ? '#4fc0a4' : '#1f6f5c',
          // Under the mouse too text must be readable: what is derived from colorPrimary is too pale.
          colorPrimaryHover: dark ? '#27806a' : '#2a7a67',
          colorLinkHover: dark ? '#72d3ba' : '#175446',
          colorLinkActive: dark ? '#4fc0a4' : '#175446',
          colorTextDescription: dark ? '#9aa6a1' : '#5b6662',
          colorTextPlaceholder: dark ? '#8f9a95' : '#6b7571',
          ...(dark ? { colorSuccess: '#4dbb8a', colorInfo: '#5b9df0', colorError: '#ff7875', colorBgContainer: '#191d1b', colorBgElevated: '#212624' } : { colorSuccess: '#237a3c', colorWarning: '#a06000', colorInfo: '#1660b8', colorError: '#cf1322', colorSuccessBg: '#e9f5ed', colorSuccessBorder: '#abd6b9', colorWarningBg: '#fff7e3', colorWarningBorder: '#f0d490', colorInfoBg: '#e9f2fc', colorInfoBorder: '#a9cbf0', colorErrorBg: '#fff1f0', colorErrorBorder: '#f5b5b0' }),
          borderRadius: 6,
          // Without emoji fonts: systems that lack the first ones would take their digits.
          fontFamily: "system-ui, -apple-system, 'Segoe UI', Roboto, Arial, sans-serif",
          motion: !still,
        },
        components: { Table: { rowSelectedBg: dark ? '#1f2b27' : '#e6f0ec', rowSelectedHoverBg: dark ? '#26362f' : '#dbe9e3' }, Button: { primaryShadow: 'none', defaultShadow: 'none', dangerShadow: 'none', defaultHoverColor: dark ? '#72d3ba' : '#175446', defaultActiveColor: dark ? '#4fc0a4' : '#175446', ...(dark && { dangerColor: '#1d1010' }) }, Tabs: dark ? { itemSelectedColor: '#4fc0a4', itemHoverColor: '#4fc0a4', inkBarColor: '#4fc0a4' } : {}, Descriptions: { labelColor: dark ? '#9aa6a1' : '#5b6662' } },
      }}
    >
      <AntApp key={lang}>{children}</AntApp>
    </ConfigProvider>
  );
}
