// Draws small pictures of a page that the server has made as their pixels.

import { sharpenIfSmall } from "/static/tiles.js";

for (const image of document.images) sharpenIfSmall(image);
