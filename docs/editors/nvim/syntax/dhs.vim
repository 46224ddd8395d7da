" SPDX-License-Identifier: Apache-2.0
" Schemas of the Data Exchange Hub. The words are those of the compiler: tests/editors/words.py compares them.
if exists('b:current_syntax')
  finish
endif

syntax case match
syntax sync fromstart
" Words are words only where they can be: a field may have any name.
syntax match   dhsMember     /\<\a\w*\ze\s*:/
syntax match   dhsType       /\<\u\w*\l\w*\>/
syntax match   dhsStatement  /\<\%(package\|as\|import\|service\|version\)\>\ze\s\+[A-Za-z0-9("]/
syntax match   dhsStructure  /\<\%(const\|alias\|enum\|flags\|struct\|union\|channel\)\>\ze\s\+\a/
syntax match   dhsModifier   /\<\%(shared\|spinlocks\|first\)\>\%(\s*:\)\@!/
syntax match   dhsBuiltin    /\<\%(bool\|i8\|i16\|i32\|i64\|u8\|u16\|u32\|u64\|f16\|f32\|f64\|char\|string\|bytes\|list\|atomic\)\>\%(\s*:\)\@!/
syntax match   dhsConstant   /\<\%(true\|false\|nan\|inf\)\>\%(\s*[:=]\)\@!/
syntax match   dhsSetting    contained /\<\%(slot\|slots\|full\|checksum\|consumers\)\ze\s*:\|\<zone\>\ze\s\+\a/
syntax match   dhsChoice     contained /\<\%(wait\|overwrite\|none\|manual\|enforced\|fast\)\>/
syntax match   dhsClock      contained /\<\%(monotonic\|boottime\|realtime\|tai\|gps\|device\|user\)\>/
syntax region  dhsBlock      start=/{/ end=/}/ transparent fold
syntax region  dhsChannel    matchgroup=dhsStructure start=/\<channel\ze\s\+\a/ matchgroup=NONE end=/}/ transparent fold contains=ALLBUT,dhsBlock,dhsClock,dhsEscape

syntax match   dhsAttribute  /@\%(unit\|range\|invalid\|scale\|frame\|clock\|since\|was\|deprecated\|label\|align\|cacheline\|reserve\|large\|offset\|size\|writer\|open\|doc\|x\%(\.\w\+\)\+\)\>/
syntax region  dhsClockOf    matchgroup=dhsAttribute start=/@clock\s*(/ end=/)\|[;{}]\@=/ contains=dhsClock,dhsString oneline
syntax match   dhsNumber     /\<\%(0x[0-9A-Fa-f_]\+\|0b[01_]\+\|0o[0-7_]\+\|\d[0-9_]*\%(\.\d[0-9_]*\)\=\%([eE][+-]\=\d\+\)\=\)\>/
syntax match   dhsEscape     contained /\\\%([\\"'nrt0]\|x\x\x\)/
syntax region  dhsString     start=/"/ skip=/\\./ end=/"\|$/ contains=dhsEscape oneline
syntax region  dhsCharacter  start=/'/ skip=/\\./ end=/'\|$/ contains=dhsEscape oneline
syntax region  dhsComment    start=/\/\*/ end=/\*\// contains=@Spell
syntax match   dhsComment    /\/\/.*$/ contains=@Spell
syntax match   dhsDocs       /\/\/\/\/\@!.*$/ contains=@Spell

highlight default link dhsStatement Statement
highlight default link dhsStructure Structure
highlight default link dhsSetting   Keyword
highlight default link dhsModifier  StorageClass
highlight default link dhsBuiltin   Type
highlight default link dhsType      Type
highlight default link dhsMember    Identifier
highlight default link dhsConstant  Constant
highlight default link dhsChoice    Constant
highlight default link dhsClock     Constant
highlight default link dhsAttribute PreProc
highlight default link dhsNumber    Number
highlight default link dhsEscape    SpecialChar
highlight default link dhsString    String
highlight default link dhsCharacter Character
highlight default link dhsComment   Comment
highlight default link dhsDocs      SpecialComment

let b:current_syntax = 'dhs'
