" SPDX-License-Identifier: Apache-2.0
setlocal commentstring=//\ %s comments=s1:/*,mb:*,ex:*/,:///,:// expandtab shiftwidth=4 softtabstop=4
setlocal formatoptions-=t formatoptions+=croql suffixesadd=.dhs include=^\\s*import
let b:undo_ftplugin = 'setlocal commentstring< comments< expandtab< shiftwidth< softtabstop< formatoptions< suffixesadd< include<'
