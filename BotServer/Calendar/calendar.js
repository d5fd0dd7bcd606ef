import './calendar.css';
import 'fullcalendar.css';
import { Panel } from './panel.js';
import { Grid } from './grid.js';
import './piece.js';

const split = document.getElementById('split');
if (split) {
  const grid = new Grid(document.getElementById('calendar'));
  const panel = new Panel(split, () => grid.refresh());
  grid.opens = address => panel.open(address);
}
