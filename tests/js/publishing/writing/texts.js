/** Texts that are hard to keep as they are; the server judges them too (test_written.py). */
const ID = "01890000-0000-7000-8000-000000000001";

export const HARD = [
  "# Uno\n\nDos *tres* **cuatro** `a|b`\ncinco\\*seis ~~siete~~ [ocho](https://a.es/x_(y)) <https://b.es/_c_>",
  `| a | b |\n|:--|--:|\n| \`x\\|y\` | **z** |\n| @[Ana](person:${ID}) | R&D &amp; \\\\\\| |`,
  "- uno\n- dos\n  1. a\n  2. b\n\n     c\n- tres\n\n* otra\n* lista\n\n1. a\n\n2. b\n\n3) c\n4) d",
  "> cita\n> - x\n>\n> > dos\n\n```py\nx = 1\n\n\n```\n~~~\n```\n~~~",
  `texto\n![Una foto](file:${ID})\nmás\n\n![otra](https://x.es/a.png)! ![a [b](/c)](/d)`,
  "<details><b>hola</b></details> &lt; &amp; https://x.es/*a*_b_\\* 5 * 3 snake_case _a_ *b*c __d__",
  "No. Se compra\n1\\. x\n2) y\n\\- z\n+ w\n\n-\n\n- \n\n***\n\n- ***\n- > cita\n- | a |\n  |---|\n  | b |",
  'a `` ` `` b ` `` ` [](https://x.es) [x]() [*a* **b**](/p/1 "t") *a **b*** ***c*** **"x"**, a*b*c',
  `[foo [bar] baz](https://a.es) [x] [y]: z \\[z\\](https://q.es) @[text\\](person:${ID}) !\\[a](/b)`,
  "    cuatro espacios\n\ntexto  \n    más\\\n===\n---\nfin\n\n\\| a \\|\n\\|---\\|\n:--|--:\n",
  "- # Título\n  texto\n- ```\n  código\n  ```\n- **negrita\n  sigue** y _cursiva\n  sigue_\n\n  fin",
];

export const CHANGING = [
  ["Antes.\n\n```\n![dentro](file:01890000-0000-7000-8000-000000000001)\n```\n", 3],
  [`${"> ".repeat(13)}hondo`, 1],
];
