import './page/panel.ts';
import { pageStyles } from './page/panelStyles.ts';

if (pageStyles.styleSheet) document.adoptedStyleSheets.push(pageStyles.styleSheet);
