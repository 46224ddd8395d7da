" SPDX-License-Identifier: Apache-2.0
" Is sample.dhs drawn as it should be? Prints what is not so, and ends with 1 if anything is.
let s:wanted = [['/// Inertial', 'dhsDocs'], ['package lab', 'dhsStatement'], ['dh/geo', 'dhsString'], ['u32 = 0x', 'dhsBuiltin'],
      \ ['0x10', 'dhsNumber'], ['Quality : u8', 'dhsType'], ['@open', 'dhsAttribute'], ['monotonic', 'dhsClock'],
      \ ['@x.mine', 'dhsAttribute'], ['accel:', 'dhsMember'], ['channel: bool', 'dhsMember'], ['string: u8', 'dhsMember'],
      \ ['list: list', 'dhsMember'], ['first nan', 'dhsModifier'], ['nan)', 'dhsConstant'], ['status:', 'dhsMember'],
      \ ['shared spin', 'dhsModifier'], ['full: ', 'dhsSetting'], ['enforced', 'dhsChoice'], ['// any name', 'dhsComment'],
      \ ['comment \*/', 'dhsComment'], ['\\n', 'dhsEscape']]
let s:failed = []
if &filetype !=# 'dhs'
  call add(s:failed, 'the file is taken for ' . &filetype)
endif
for [s:needle, s:group] in s:wanted
  call cursor(1, 1)
  let s:at = searchpos('\C' . s:needle, 'c')
  let s:got = s:at[0] ? synIDattr(synID(s:at[0], s:at[1], 0), 'name') : 'missing'
  if s:got !=# s:group
    call add(s:failed, s:needle . ' is ' . s:got . ', not ' . s:group)
  endif
endfor
call writefile(s:failed + [len(s:failed) . ' of ' . len(s:wanted) . ' are drawn wrong'], '/dev/stdout')
execute len(s:failed) ? 'cquit 1' : 'quit!'
