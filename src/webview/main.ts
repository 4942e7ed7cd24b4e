import './panel.ts';
import { pageStyles } from './panelStyles.ts';

if (pageStyles.styleSheet) document.adoptedStyleSheets.push(pageStyles.styleSheet);
