# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Completion of dhgen's command line, for bash; needs no package. Installed as
# share/bash-completion/completions/dhgen; without that package: . dhgen.bash
# The words below are compared with the program's own tables by tests/golden/completion.

# The options of a verb.
_dhgen_options() {
    local models='-I --diagnostics --werror' all='--help --version'
    case $1 in
    build) echo "--out --lang --template --depfile --dump --against --channel $models $all" ;;
    check) echo "--against $models $all" ;;
    layout) echo "--json $models $all" ;;
    canon | hash) echo "--channel $models $all" ;;
    diff) echo "--channel --json $models $all" ;;
    lock) echo "--force $models $all" ;;
    fmt) echo "--fix --check --diff $models $all" ;;
    import) echo "--out --package --prefix --bound $models $all" ;;
    lsp) echo "-I --stdio $all" ;;
    explain) echo "$all" ;;
    help) echo "--json $all" ;;
    esac
}

# The channels of the schemas that stand on the command line.
_dhgen_channels() {
    local word
    for word in "${COMP_WORDS[@]:1}"; do
        [[ $word == *.dhs && -r $word ]] || continue
        sed -n 's/^[[:space:]]*channel[[:space:]]\{1,\}\([A-Za-z0-9_]\{1,\}\).*/\1/p' "$word"
    done
}

# Files that end in one of some words, and folders.
_dhgen_files() {
    local current=$1 ending
    shift
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(
        compgen -d -- "$current"
        for ending; do compgen -f -X "!*.$ending" -- "$current"; done
    )
}

_dhgen_words() {
    mapfile -t COMPREPLY < <(compgen -W "$2" -- "$1")
}

# What follows an option. False: nothing, it is a flag.
_dhgen_value() {
    local option=$1 current=$2
    case $option in
    -I | --out) _dhgen_files "$current" ;;
    --lang)
        _dhgen_words "$current" "$("${COMP_WORDS[0]}" --help 2>/dev/null | sed -n 's/^Languages: //p' | tr -d ,)"
        [[ ${#COMPREPLY[@]} -gt 0 ]] || _dhgen_files "$current"
        ;;
    --template) _dhgen_files "$current" mustache ;;
    --depfile) _dhgen_files "$current" d ;;
    --against) _dhgen_files "$current" dhs lock canon ;;
    --dump) _dhgen_words "$current" 'tokens ast model layout canon' ;;
    --diagnostics) _dhgen_words "$current" 'short rich json sarif' ;;
    --channel) _dhgen_words "$current" "$(_dhgen_channels)" ;;
    --package | --prefix | --bound) COMPREPLY=() ;;
    *) return 1 ;;
    esac
}

# What a verb works on; `n` words of it are there already.
_dhgen_operand() {
    local verb=$1 n=$2 current=$3
    case $verb in
    help) _dhgen_words "$current" "$_dhgen_verbs" ;;
    explain) _dhgen_words "$current" "$("${COMP_WORDS[0]}" explain 2>/dev/null | cut -d' ' -f1)" ;;
    import)
        if [[ $n -eq 0 ]]; then
            _dhgen_words "$current" 'ros mavlink'
        else
            _dhgen_files "$current" msg xml
        fi
        ;;
    diff) _dhgen_files "$current" dhs lock canon ;;
    lsp) COMPREPLY=() ;;
    *) _dhgen_files "$current" dhs ;;
    esac
}

_dhgen_verbs='build check layout canon hash diff lock fmt import lsp explain help'

_dhgen() {
    local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
    local verb='' word skip='' i n=0

    # bash splits --lang=json at the sign
    if [[ $current == '=' ]]; then
        current=''
    elif [[ $before == '=' ]]; then
        before=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    COMPREPLY=()
    _dhgen_value "$before" "$current" && return

    for ((i = 1; i < COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        if [[ $skip ]]; then
            [[ $word == '=' ]] || skip=''
        elif [[ $word == -* ]]; then
            case $word in
            -I | --out | --lang | --template | --depfile | --dump | --diagnostics | --channel | --package | --prefix | --bound)
                skip=yes
                ;;
            esac
        elif [[ ! $verb ]]; then
            verb=$word
            [[ " $_dhgen_verbs " == *" $word "* ]] || verb=build
        else
            n=$((n + 1))
        fi
    done

    if [[ $current == -* ]]; then
        _dhgen_words "$current" "$(_dhgen_options "${verb:-build}")"
    elif [[ $verb ]]; then
        _dhgen_operand "$verb" $n "$current"
    else
        local files
        _dhgen_files "$current" dhs
        files=("${COMPREPLY[@]}")
        _dhgen_words "$current" "$_dhgen_verbs"
        COMPREPLY+=("${files[@]}")
    fi
}

complete -F _dhgen dhgen
