// The entry: providers, routes, and the inbox, which case managers open first. Every other page is loaded when it is opened.
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { lazy, StrictMode, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { BrowserRouter, Navigate, Route, Routes } from 'react-router';
import { ProblemError } from './api/client';
import './tokens.css';
import './app.css';
import { Announcer } from './shell/announce';
import { Layout } from './shell/Layout';
import { NotFound } from './shell/NotFound';
import { homeOf, SessionGate, useSigned } from './shell/session';
import { Inbox } from './tasks/Inbox';

const TaskPage = lazy(() => import('./tasks/TaskPage'));
const CasesPage = lazy(() => import('./cases/CasesPage'));
const CasePage = lazy(() => import('./cases/CasePage'));
const DesignsPage = lazy(() => import('./designs/DesignsPage'));
const DesignPage = lazy(() => import('./designs/DesignPage'));
const BoardPage = lazy(() => import('./board/BoardPage'));

const worthRetrying = (failures: number, error: Error): boolean =>
  failures < 3 && !(error instanceof ProblemError && error.status < 500);

const client = new QueryClient({
  defaultOptions: { queries: { retry: worthRetrying, staleTime: 1000 }, mutations: { retry: false } },
});

function Home(): ReactNode {
  return <Navigate to={homeOf(useSigned().person)} replace />;
}

createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <Announcer>
        <SessionGate>
          <BrowserRouter>
            <Routes>
              <Route element={<Layout />}>
                <Route index element={<Home />} />
                <Route path="inbox" element={<Inbox />} />
                <Route path="tasks/:id" element={<TaskPage />} />
                <Route path="cases" element={<CasesPage />} />
                <Route path="cases/:id" element={<CasePage />} />
                <Route path="models" element={<DesignsPage />} />
                <Route path="models/:id" element={<DesignPage />} />
                <Route path="board" element={<BoardPage />} />
                <Route path="*" element={<NotFound />} />
              </Route>
            </Routes>
          </BrowserRouter>
        </SessionGate>
      </Announcer>
    </QueryClientProvider>
  </StrictMode>,
);
