import { useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, Flex, Form, Input, Modal, Select, Switch, Table } from 'antd';
import { useState } from 'react';
import { tr } from '../../app/preferences';
import { pageOf, useUrlState } from '../../app/useUrlState';
import type { Account, Role, User } from '../../api/types';
import { Failure } from '../../ui/Failure';
import { FormFailure } from '../../ui/FormFailure';
import { formatTime } from '../../ui/format';
import { fit } from '../../ui/fit';
import { usePhone } from '../../ui/useMedia';
import { usersApi } from './api';

const PAGE = 50;
const roles = (): { value: Role; label: string }[] => [
  { value: 'ADMIN', label: tr('Администратор', 'Administrator') },
  { value: 'MANAGER', label: tr('Менеджер', 'Manager') },
  { value: 'USER', label: tr('Пользователь', 'User') },
];

/** Accounts; what is changed here takes effect at once, on open pages too. */
export default function UsersPage({ user: me }: { user: User }) {
  const { get, set } = useUrlState();
  const { message, modal } = App.useApp();
  const queryClient = useQueryClient();
  const [form, setForm] = useState<'add' | Account | null>(null);
  const page = pageOf(get);
  const list = useQuery({ queryKey: ['users', page], queryFn: () => usersApi.list({ limit: PAGE, offset: (page - 1) * PAGE }) });
  const renew = () => queryClient.invalidateQueries({ queryKey: ['users'] });

  const change = async (user: Account, body: { role?: Role; is_active?: boolean }) => {
    try {
      await usersApi.change(user.id, body);
    } catch (failure) {
      void message.error((failure as Error).message);
    }
    await renew();
  };
  const confirmed = (title: string, action: () => Promise<void>) => void modal.confirm({ title, okText: tr('Да', 'Yes'), cancelText: tr('Нет', 'No'), onOk: action });

  const name = (user: Account) => <>{user.username}{user.id === me.id && <span className="quiet"> · {tr('это вы', 'you')}</span>}</>;
  const role = (user: Account) => user.id === me.id ? roles().find(({ value }) => value === user.role)?.label : (
    <Select<Role> aria-label={`${tr('Роль', 'Role')}: ${user.username}`} style={{ width: 170 }} value={user.role} options={roles()}
      onChange={(role) => confirmed(tr(`Изменить роль «${user.username}»?`, `Change the role of “${user.username}”?`), () => change(user, { role }))} />
  );
  const active = (user: Account) => (
    <Switch aria-label={`${tr('Может войти', 'May sign in')}: ${user.username}`} checked={user.is_active} disabled={user.id === me.id}
      onChange={(is_active) => (is_active ? void change(user, { is_active }) : confirmed(tr(`Закрыть вход для «${user.username}»? Открытые страницы закроются сразу.`, `Shut “${user.username}” out? Open pages close at once.`), () => change(user, { is_active })))} />
  );
  const created = (user: Account) => <span className="figures">{formatTime(user.created_at)}</span>;
  const password = (user: Account) => <button type="button" className="linklike" aria-label={`${tr('Сменить пароль', 'Set password')}: ${user.username}`} onClick={() => setForm(user)}>{tr('Сменить пароль', 'Set password')}</button>;
  const phone = usePhone();
  return (
    <>
      <Flex justify="space-between" align="start" gap={12} wrap>
        <h1 className="title">{tr('Пользователи', 'Users')}</h1>
        <Button type="primary" onClick={() => setForm('add')}>{tr('Добавить', 'Add')}</Button>
      </Flex>
      <Failure error={list.error} onRetry={() => void list.refetch()} />
      <Table<Account>
        rowKey="id"
        size="middle"
        loading={list.isPending}
        dataSource={list.data?.users ?? []}
        {...fit(phone, 820)}
        pagination={{ current: page, pageSize: PAGE, total: list.data?.total ?? 0, showSizeChanger: false, hideOnSinglePage: true, onChange: (p) => set({ page: p > 1 ? String(p) : null }) }}
        columns={phone ? [
          { title: tr('Пользователь', 'User'), render: (_, user) => (
            <Flex vertical gap={8}>
              <div style={{ overflowWrap: 'anywhere' }}>{name(user)}</div>
              <Flex justify="space-between" align="center" gap={12}>{role(user)}<Flex align="center" gap={8}><span className="under quiet">{tr('может войти', 'may sign in')}</span>{active(user)}</Flex></Flex>
              <Flex justify="space-between" gap={12} className="under quiet"><span>{tr('заведён', 'created')} {created(user)}</span>{password(user)}</Flex>
            </Flex>
          ) },
        ] : [
          { title: tr('Имя', 'Name'), render: (_, user) => name(user) },
          { title: tr('Роль', 'Role'), width: 190, render: (_, user) => role(user) },
          { title: tr('Может войти', 'May sign in'), width: 130, render: (_, user) => active(user) },
          { title: tr('Заведён', 'Created'), width: 190, render: (_, user) => created(user) },
          { title: '', width: 150, render: (_, user) => password(user) },
        ]}
      />
      {form && <AccountForm user={form === 'add' ? null : form} onClose={() => setForm(null)} onDone={() => { setForm(null); void renew(); }} />}
    </>
  );
}

function AccountForm({ user, onClose, onDone }: { user: Account | null; onClose: () => void; onDone: () => void }) {
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const save = async (values: { username: string; password: string; role: Role }) => {
    setBusy(true);
    setError(null);
    try {
      await (user ? usersApi.change(user.id, { password: values.password }) : usersApi.add(values));
      onDone();
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };
  const needed = [{ required: true, message: tr('Нужно заполнить', 'Is needed') }];
  return (
    <Modal open title={user ? tr(`Новый пароль для «${user.username}»`, `New password of “${user.username}”`) : tr('Новый пользователь', 'New user')} onCancel={onClose} footer={null}>
      <Form layout="vertical" requiredMark={false} initialValues={{ role: 'USER' }} onFinish={(values: { username: string; password: string; role: Role }) => void save(values)}>
        {!user && <Form.Item name="username" label={tr('Имя', 'Name')} rules={needed}><Input autoComplete="off" /></Form.Item>}
        <Form.Item name="password" label={tr('Пароль', 'Password')} rules={needed}><Input.Password autoComplete="new-password" /></Form.Item>
        {!user && <Form.Item name="role" label={tr('Роль', 'Role')}><Select options={roles()} /></Form.Item>}
        <FormFailure error={error} />
        <Button type="primary" htmlType="submit" loading={busy}>{tr('Сохранить', 'Save')}</Button>
      </Form>
    </Modal>
  );
}
