import { expect, test } from 'vitest';
import { clerk, draw } from '../../test/draw';
import { usePeople } from './usePeople';

const Names = () => <>{[clerk.id, 7, 0, null].map((id) => usePeople(clerk).name(id)).join('|')}</>;

test('people by their names; nobody of the page is the command line', () => expect(draw(<Names />, { user: clerk }).container.textContent).toBe('clerk|№ 7|из командной строки|'));
