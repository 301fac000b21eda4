/** What is turned into what. Each match of `find` is one mutant, for each replacement. */
export interface Rule {
  readonly find: RegExp
  readonly replacements: readonly string[]
}

const numbers: Rule = { find: /(?<![\w$.%'"-])(\d+)(?![\w.'"])/g, replacements: ['($1 + 1)'] }

// A condition that is dropped keeps its parameters, because the adapter passes all of them.
const DROPPED = '($& OR 1 = 1)'
const OPERAND = String.raw`(?:\$\{[^}]*\}|[\w$.?]+(?:\([^()]*\))?)`

export const sql: readonly Rule[] = [
  {
    find: new RegExp(`(?<=(?:WHERE|AND|ON) )${OPERAND} (?:=|<>|<=|>=|<|>) ${OPERAND}`, 'g'),
    replacements: [DROPPED],
  },
  { find: /(?<=[\w)}?] )<=(?= )/g, replacements: ['<', '>='] },
  { find: /(?<=[\w)}?] )>=(?= )/g, replacements: ['>', '<='] },
  { find: /(?<=[\w)}?] )<(?= )/g, replacements: ['<=', '>'] },
  { find: /(?<=[\w)}?] )>(?= )/g, replacements: ['>=', '<'] },
  { find: /(?<=[\w)}?] )<>(?= )/g, replacements: ['='] },
  { find: /(?<=(?:WHERE|AND|ON|OR|WHEN) [^=\n`]*)(?<=[\w)}?] )=(?= )/g, replacements: ['<>'] },
  { find: /\bDESC\b/g, replacements: ['ASC'] },
  { find: /ORDER BY \w+(?= (?:LIMIT|COLLATE))/g, replacements: ['ORDER BY 1 - 1'] },
  { find: /\bIS NOT NULL\b/g, replacements: ['IS NULL'] },
  { find: /\bIS NULL\b/g, replacements: ['IS NOT NULL'] },
  { find: /\bAND NOT\b/g, replacements: ['AND'] },
  { find: /\bIS DISTINCT FROM\b/g, replacements: ['='] },
  { find: /\bAND\b/g, replacements: ['OR'] },
  { find: /\bOR\b/g, replacements: ['AND'] },
  { find: /\bNOT EXISTS\b/g, replacements: ['EXISTS'] },
  { find: / FOR UPDATE(?: SKIP LOCKED)?/g, replacements: [''] },
  { find: / SKIP LOCKED/g, replacements: [''] },
  { find: /ON CONFLICT \([^)]*\) DO NOTHING/g, replacements: [''] },
  { find: / COLLATE "C"/g, replacements: [''] },
  { find: /\bTHEN true\b/g, replacements: ['THEN false'] },
  { find: /\bTHEN false\b/g, replacements: ['THEN true'] },
  { find: /\bELSE true\b/g, replacements: ['ELSE false'] },
  { find: /'on'/g, replacements: ["'off'"] },
  { find: /'off'/g, replacements: ["'on'"] },
  { find: /'remote_apply'/g, replacements: ["'local'"] },
  { find: /\bUNION ALL\b/g, replacements: ['EXCEPT'] },
  { find: /\bUNIQUE\b/g, replacements: [''] },
  { find: /\bNOT NULL\b/g, replacements: [''] },
  numbers,
]

export const lua: readonly Rule[] = [
  { find: /(?<=\bif ).+?(?= then\b)/g, replacements: ['true', 'false'] },
  { find: /==/g, replacements: ['~='] },
  { find: /~=/g, replacements: ['=='] },
  { find: /<=/g, replacements: ['<', '>'] },
  { find: />=/g, replacements: ['>', '<'] },
  { find: / > /g, replacements: [' >= ', ' <= '] },
  { find: / < /g, replacements: [' <= ', ' >= '] },
  { find: /\band\b/g, replacements: ['or'] },
  { find: /\bor\b/g, replacements: ['and'] },
  { find: /\bnot /g, replacements: [''] },
  { find: /^[ \t]*redis\.p?call\(.*\)$/gm, replacements: [''] },
  { find: /(?<=then )redis\.p?call\([^)]*\)/g, replacements: [''] },
  { find: /'PXAT'/g, replacements: ["'EXAT'"] },
  { find: / \* 1000/g, replacements: ['', ' * 1000000'] },
  { find: / \/ 1000/g, replacements: ['', ' * 1000'] },
  { find: /return 0\b/g, replacements: ['return 1'] },
  { find: /return 1\b/g, replacements: ['return 0'] },
  { find: /\bpcall\b/g, replacements: ['call'] },
  { find: /(?<!p)\bcall\b/g, replacements: ['pcall'] },
  numbers,
]
