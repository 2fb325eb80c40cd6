/** Entry of the preview page: what Grafana's server writes into its page comes first, everything else after. */
import 'uplot/dist/uPlot.min.css';
import 'react-loading-skeleton/dist/skeleton.css';
import { boot } from './boot';

const data = await boot();
const { start } = await import('./start');
await start(data);
