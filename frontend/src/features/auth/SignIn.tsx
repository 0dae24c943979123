import { Alert, Button, Card, Flex, Form, Input } from 'antd';
import { useState } from 'react';
import { setPreferences, tr, usePreferences } from '../../app/preferences';
import { FormFailure } from '../../ui/FormFailure';
import { authApi } from './api';

/** again: somebody was signed in here, and is no more. */
export default function SignIn({ again, onSignedIn }: { again?: boolean; onSignedIn: () => void }) {
  const { lang } = usePreferences();
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);

  const submit = async ({ username, password }: { username: string; password: string }) => {
    setBusy(true);
    setError(null);
    try {
      await authApi.login(username, password);
      onSignedIn();
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };

  return (
    <Flex component="main" align="center" justify="center" style={{ minHeight: '100vh', padding: 16, boxSizing: 'border-box' }}>
      <Card style={{ width: 380, maxWidth: '100%' }}>
        <h1 className="title" style={{ margin: 0 }}>{tr('Обмен', 'Obmen')}</h1>
        <p className="quiet" style={{ margin: '4px 0 20px' }}>{tr('Данные из 1С, банка и ВКонтакте', 'Data from 1C, the bank and VK')}</p>
        {again && <Alert type="info" showIcon style={{ marginBottom: 16 }} message={tr('Сеанс закончился или права изменились: войдите снова. Задачи на сервере идут дальше.', 'The session has ended or rights were changed: sign in again. Tasks on the server go on.')} />}
        <Form layout="vertical" requiredMark={false} onFinish={(values: { username: string; password: string }) => void submit(values)}>
          <Form.Item name="username" label={tr('Имя', 'Name')} rules={[{ required: true, message: tr('Введите имя', 'Enter the name') }]}>
            <Input autoComplete="username" autoFocus />
          </Form.Item>
          <Form.Item name="password" label={tr('Пароль', 'Password')} rules={[{ required: true, message: tr('Введите пароль', 'Enter the password') }]}>
            <Input.Password autoComplete="current-password" />
          </Form.Item>
          <FormFailure error={error} />
          <Button type="primary" htmlType="submit" block loading={busy}>{tr('Войти', 'Sign in')}</Button>
        </Form>
        <Button type="link" size="small" lang={lang === 'ru' ? 'en' : 'ru'} style={{ marginTop: 12, padding: 0 }} onClick={() => setPreferences({ lang: lang === 'ru' ? 'en' : 'ru' })}>{lang === 'ru' ? 'English' : 'Русский'}</Button>
      </Card>
    </Flex>
  );
}
