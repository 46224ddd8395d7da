# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Completion of dhadmin's command line, for bash, with the names of the channels that are there; needs no package. Installed as
# share/bash-completion/completions/dhadmin; without that package: . dhadmin.bash
# Made of the tables of dhadmin by tests/golden/admin/pages.py.

_dhadmin_verbs='list info top stat hz bw lag metrics errors gaps echo pub schema schemas diagnose recover reset validate cleanup audit doctor help'

# The options of a verb.
_dhadmin_options() {
    case $1 in
    list) echo '--names --watch --interval --json --broker' ;;
    info) echo '--watch --interval --json --broker --secret-file' ;;
    top) echo '--count --once --interval --json --broker --secret-file' ;;
    stat) echo '--count --once --interval --json --broker --secret-file' ;;
    hz) echo '--count --once --interval --json --broker --secret-file' ;;
    bw) echo '--count --once --interval --json --broker --secret-file' ;;
    lag) echo '--watch --interval --json --broker --secret-file' ;;
    metrics) echo '--reset --prometheus --watch --interval --json --broker --secret-file' ;;
    errors) echo '--watch --interval --json --broker --secret-file' ;;
    gaps) echo '--count --once --interval --json --broker --secret-file' ;;
    echo) echo '--count --once --follow --field --filter --zones --csv --json --broker --secret-file' ;;
    pub) echo '--count --schema --slots --overwrite --keep --dry-run --csv --broker --secret-file' ;;
    schema) echo '--json --broker --secret-file' ;;
    schemas) echo '--json --broker' ;;
    diagnose) echo '--slot --watch --interval --json --broker --secret-file' ;;
    recover) echo '--dry-run --json --broker --secret-file' ;;
    reset) echo '--slot --dry-run --force --json --broker --secret-file' ;;
    validate) echo '--json --broker --secret-file' ;;
    cleanup) echo '--dry-run --json --broker --secret-file' ;;
    audit) echo '--count --json --state' ;;
    doctor) echo '--json --broker' ;;
    help) echo '--json' ;;
    esac
}

_dhadmin_words() {
    mapfile -t COMPREPLY < <(compgen -W "$2" -- "$1")
}

_dhadmin() {
    local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} verb=${COMP_WORDS[1]}
    COMPREPLY=()
    if [[ $COMP_CWORD -eq 1 ]]; then
        _dhadmin_words "$current" "$_dhadmin_verbs --help --version"
        return
    fi
    case $before in
    --broker | --secret-file | --state)
        compopt -o filenames 2>/dev/null
        mapfile -t COMPREPLY < <(compgen -f -- "$current")
        return
        ;;
    --interval | --count | --field | --filter | --slots | --slot) return ;;
    esac
    case $current in
    -*) _dhadmin_words "$current" "$(_dhadmin_options "$verb") --help" ;;
    *)
        case $verb in
        help) _dhadmin_words "$current" "$_dhadmin_verbs" ;;
        list | info | top | stat | hz | bw | lag | metrics | errors | gaps | echo | pub | schema | schemas | diagnose | recover | reset | validate | cleanup | audit) _dhadmin_words "$current" "$("${COMP_WORDS[0]}" list --names 2>/dev/null)" ;;
        esac
        ;;
    esac
}

complete -F _dhadmin dhadmin
