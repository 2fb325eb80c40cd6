/** Foreign text of any length in one line, links in it too; the whole of it belongs into `title`. */
const cut = { overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' } as const;

export const oneLine = { minWidth: 0, ...cut, '& a': { display: 'block', ...cut } } as const;
