// One design: a model in the modeler; decisions and forms to read, each in its own chunk.
import { lazy, type ReactNode } from 'react';
import { Link, useParams } from 'react-router';

const Modeler = lazy(() => import('./Modeler'));
const Reader = lazy(() => import('./Reader'));

export default function DesignPage(): ReactNode {
  const { id = '' } = useParams();
  const Page = id.startsWith('model-') ? Modeler : Reader;
  return (
    <div className="page wide">
      <p className="crumbs"><Link to="/models">Models, decisions and forms</Link></p>
      <Page key={id} id={id} />
    </div>
  );
}
