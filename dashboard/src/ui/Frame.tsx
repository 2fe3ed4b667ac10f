import { useEffect, useRef, type ReactNode } from 'react';
import {
  ActionIcon,
  AppShell,
  Container,
  Group,
  Text,
  useComputedColorScheme,
  useMantineColorScheme,
} from '@mantine/core';
import { Link, useLocation } from 'wouter';
import { useNetwork } from '../data/queries.js';
import { ChainStrip } from './ChainStrip.js';
import classes from './Frame.module.css';

const SCREENS = [
  ['/', 'Book'],
  ['/auctions', 'Auctions'],
  ['/bid', 'Bid'],
  ['/statistics', 'Statistics'],
  ['/operate', 'Operate'],
] as const;

/** What stands around every screen: the way between them, and how far the chains are read. */
export function Frame({ children }: { readonly children: ReactNode }) {
  const [location] = useLocation();
  const main = useRef<HTMLDivElement>(null);
  const shown = useRef(location);
  useEffect(() => {
    if (shown.current === location) return;
    shown.current = location;
    main.current?.focus();
    window.scrollTo(0, 0);
  }, [location]);
  return (
    <AppShell header={{ height: 52 }} padding={0}>
      <a className="skip" href="#main">
        Skip to content
      </a>
      <AppShell.Header>
        <Container size="xl" h="100%">
          <Group h="100%" justify="space-between" wrap="nowrap" gap="xs">
            <Brand />
            <nav aria-label="Screens" className={classes['nav']}>
              {SCREENS.map(([path, name]) => (
                <Link key={path} href={path} className={classes['link']} {...current(location, path)}>
                  {name}
                </Link>
              ))}
            </nav>
            <SchemeSwitch />
          </Group>
        </Container>
      </AppShell.Header>
      <AppShell.Main>
        <Container size="xl" py="md" id="main" ref={main} tabIndex={-1} className={classes['main']}>
          <ChainStrip />
          {children}
        </Container>
      </AppShell.Main>
    </AppShell>
  );
}

function current(location: string, path: string): { 'aria-current'?: 'page' } {
  const isHere = path === '/' ? location === '/' : location.startsWith(path);
  return isHere ? { 'aria-current': 'page' } : {};
}

function Brand() {
  const { data } = useNetwork();
  return (
    <Text fw={700} className={classes['brand']} title="Asynchronous Liquidation Auction">
      ALA
      {data && (
        <Text span size="xs" c="dimmed" ml="xs" visibleFrom="sm">
          {data.network}
        </Text>
      )}
    </Text>
  );
}

function SchemeSwitch() {
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('light');
  const other = scheme === 'dark' ? 'light' : 'dark';
  return (
    <ActionIcon
      variant="default"
      size="lg"
      aria-label={`Show in ${other} colours`}
      onClick={() => setColorScheme(other)}
    >
      <span aria-hidden>{scheme === 'dark' ? '☀' : '☾'}</span>
    </ActionIcon>
  );
}
