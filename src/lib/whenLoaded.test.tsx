import { render, screen } from '@testing-library/react';
import { expect, it, vi } from 'vitest';
import { whenLoaded } from './whenLoaded';

const Part = () => <p>the part</p>;

it('is drawn at once when its code is there, without anything in between', async () => {
  const Loaded = whenLoaded(() => Promise.resolve({ default: Part }));
  await Loaded.load();
  render(<Loaded waiting="waiting" />);
  expect(screen.getByText('the part')).toBeInTheDocument();
});

it('shows what it is given until the code comes, which is fetched once', async () => {
  const load = vi.fn(() => Promise.resolve({ default: Part }));
  const Loaded = whenLoaded(load);
  render(<Loaded waiting="waiting" />);
  expect(screen.getByText('waiting')).toBeInTheDocument();
  expect(await screen.findByText('the part')).toBeInTheDocument();
  await Loaded.load();
  expect(load).toHaveBeenCalledTimes(1);
});

it('tries again after a failure', async () => {
  const load = vi.fn(() => Promise.resolve({ default: Part })).mockRejectedValueOnce(new Error('offline'));
  const Loaded = whenLoaded(load);
  await expect(Loaded.load()).rejects.toThrow('offline');
  render(<Loaded waiting="waiting" />);
  expect(await screen.findByText('the part')).toBeInTheDocument();
});
