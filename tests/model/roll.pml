/* SPDX-License-Identifier: Apache-2.0
 *
 * roll.pml - strict blocks, one after the other: who reads one finds its place in each later one, nobody gets another's, and the places of
 * the dead come back. What is shared is the kernel's: the locks of the roll, which go with whoever has their description, and those of the
 * records; all else is one process's, or a reader's own record. One step after the other is enough: there is no order of memory in it.
 * The code: dhi_strict_keep, give (find_kept, find_vacant, fill), take_back, dhi_strict_settle; dhi_join and dhi_move, dhi_block_free.
 * NP producers: each follows when the one before is over (it was asked) or dead. Reader 0 reads the first block, reader 1 is a newcomer.
 * -DDEATHS=n: so many processes die, anywhere. One answer may be lost. -DLEAVES: readers that have read enough leave.
 */
#ifndef NP
#define NP 3
#endif
#ifndef DEATHS
#define DEATHS 1
#endif
#define NC     2 /* readers, and places */
#define FREE   0
#define KEPT   1
#define USED   2
#define NOBODY 9
#define MAKING 4 /* and up: a producer has the description, and did not send it yet */
#define AT(p, i) ((p) * NC + (i))

byte roll[NC];        /* whose description holds the lock of this byte */
byte record[NP * NC]; /* the same of the consumer's byte in its record */
byte claim[NP * NC];
bool given[NP * NC], kept[NP * NC];
bool made[NP], over[NP], dead[NP], gone[NC];
byte deaths = DEATHS;
bool lost;
chan ask[NP] = [0] of { byte, bool }; /* who; whether it shows its roll */
chan answer[NC] = [1] of { byte, byte }; /* of whom; which place */

#ifdef COARSE /* a producer looks at all places at once */
#define STEPS atomic
#else
#define STEPS
#endif
#define DIES atomic { deaths > 0 -> deaths-- }
#define MAY_DIE if :: DIES -> goto killed :: skip fi

#ifdef MUT_LOST_FOR_GOOD /* what was given and not claimed is given back */
#define STAYS(i) false
#else
#define STAYS(i) (kept[AT(p, i)] && roll[i] != NOBODY && claim[AT(p, i)] == KEPT)
#endif
#ifdef MUT_ANY_ROLL /* whoever shows a roll gets the first place that is kept */
#define IS_HIS(i) (roll[i] != NOBODY)
#else
#define IS_HIS(i) (roll[i] == who)
#endif

#define ENDED(q) (over[q] || dead[q])
#define OFFERS(q) (made[q] && !ENDED(q))

/* is_vacant(), with take_back(): its record is free, and whether it stays kept are two looks. */
#define VACATE(i)                                                                                  \
    vacant = !given[AT(p, i)];                                                                     \
    if                                                                                             \
    :: !vacant && record[AT(p, i)] == NOBODY ->                                                    \
        stays = STAYS(i);                                                                          \
        kept[AT(p, i)] = stays;                                                                    \
        claim[AT(p, i)] = (stays -> KEPT : FREE);                                                  \
        given[AT(p, i)] = false;                                                                   \
        stays = false;                                                                             \
        vacant = true                                                                              \
    :: else                                                                                        \
    fi

/* is_on_the_way() */
#ifdef MUT_NO_ROLL_LOOK /* a kept place that nobody has come for is given back */
#define ON_ROLL(i) false
#else
#define ON_ROLL(i) (roll[i] != NOBODY)
#endif
#define TO_SETTLE(i) (kept[AT(p, i)] && (!ON_ROLL(i) || (given[AT(p, i)] && claim[AT(p, i)] != KEPT)))
#define SETTLE(i)                                                                                  \
    if                                                                                             \
    :: kept[AT(p, i)] && !ON_ROLL(i) ->                                                            \
        kept[AT(p, i)] = false;                                                                    \
        if :: !given[AT(p, i)] -> claim[AT(p, i)] = FREE :: else fi                                \
    :: kept[AT(p, i)] && ON_ROLL(i) && given[AT(p, i)] && claim[AT(p, i)] != KEPT ->               \
        kept[AT(p, i)] = false                                                                     \
    :: else                                                                                        \
    fi

proctype producer(byte p)
{
    byte who, i, place = NOBODY;
    bool shows, vacant, stays;

    if
    :: p > 0 ->
end_nobody_ended:
#ifdef MUT_EARLY /* while the one before may still give places */
        made[0] && (p < 2 || made[1] || dead[1]);
#else
        ENDED(0) && (p < 2 || ENDED(1));
#endif
        do
        :: i < NC ->
            MAY_DIE;
            if :: roll[i] != NOBODY -> kept[AT(p, i)] = true; claim[AT(p, i)] = KEPT :: else fi;
            i++
        :: else -> i = 0; break
        od
    :: else
    fi;
    made[p] = true;
    do
    :: ask[p] ? who, shows -> /* give() */
        STEPS {
        do
        :: !over[p] && i < NC && place == NOBODY ->
            if
            :: shows && kept[AT(p, i)] && IS_HIS(i) ->
                VACATE(i);
                if :: vacant -> place = i :: else fi
            :: else
            fi;
            i++
        :: else -> i = 0; break
        od;
        do
        :: !over[p] && i < NC && place == NOBODY ->
            VACATE(i);
            if
#ifdef MUT_GIVE_KEPT /* a newcomer gets what is kept for somebody */
            :: vacant -> place = i
#else
            :: vacant && !kept[AT(p, i)] ->
                if
                :: atomic { roll[i] == NOBODY -> roll[i] = MAKING + p }; place = i
                :: roll[i] != NOBODY
                fi
#endif
            :: else
            fi;
            i++
        :: else -> i = 0; break
        od;
        };
        MAY_DIE;
        if
        :: place != NOBODY -> /* fill() */
            record[AT(p, place)] = MAKING + p;
            given[AT(p, place)] = true;
            MAY_DIE;
            d_step { /* from here on they are the reader's, or closed with the packet */
                record[AT(p, place)] = (gone[who] -> NOBODY : who);
                if :: roll[place] == MAKING + p -> roll[place] = (gone[who] -> NOBODY : who) :: else fi;
                if :: !gone[who] -> answer[who] ! p, place :: else fi
            }
        :: else -> if :: !gone[who] -> answer[who] ! p, NOBODY :: else fi
        fi;
        who = 0; place = NOBODY; vacant = false; shows = false
    :: TO_SETTLE(0) -> STEPS { SETTLE(0) }
    :: TO_SETTLE(1) -> STEPS { SETTLE(1) }
    :: given[AT(p, 0)] && record[AT(p, 0)] == NOBODY -> STEPS { VACATE(0); vacant = false }
    :: given[AT(p, 1)] && record[AT(p, 1)] == NOBODY -> STEPS { VACATE(1); vacant = false }
    :: p < NP - 1 && !over[p] -> over[p] = true
    :: DIES -> goto killed
    :: timeout -> break
    od;
    if
    :: !over[p] -> /* nobody has anything more to do */
        SETTLE(0);
        SETTLE(1);
        assert(!kept[AT(p, 0)] && !kept[AT(p, 1)])
    :: else
    fi;
    goto end;
killed:
    atomic {
        i = 0;
        do
        :: i < NC ->
            if :: roll[i] == MAKING + p -> roll[i] = NOBODY :: else fi;
            if :: record[AT(p, i)] == MAKING + p -> record[AT(p, i)] = NOBODY :: else fi;
            i++
        :: else -> break
        od;
        dead[p] = true
    }
end: skip
}

#define CLOSE_ROLL                                                                                 \
    i = 0; do :: i < NC -> if :: roll[i] == c -> roll[i] = NOBODY :: else fi; i++ :: else -> i = 0; break od
#define CLOSE_RECORD(q)                                                                            \
    i = 0; do :: i < NC -> if :: record[AT(q, i)] == c -> record[AT(q, i)] = NOBODY :: else fi; i++ :: else -> i = 0; break od

proctype reader(byte c)
{
    byte p, q, place, whose, i;

    if :: c == 0 -> place = 0; goto reading :: else fi;
join:
    if
    :: OFFERS(0) -> q = 0
    :: OFFERS(1) -> q = 1
#if NP > 2
    :: OFFERS(2) -> q = 2
#endif
    :: timeout -> goto end
    fi;
    if :: ask[q] ! c, false :: ENDED(q) -> goto join fi;
    if
    :: answer[c] ? whose, place
    :: dead[q] && empty(answer[c]) -> goto join
    fi;
    MAY_DIE;
    if
    :: place == NOBODY && over[q] -> goto join
    :: place == NOBODY && !over[q] -> goto killed /* all places are taken: the program gives up */
    :: else
    fi;
    assert(claim[AT(q, place)] == FREE && roll[place] == c);
    claim[AT(q, place)] = USED;
    MAY_DIE;
    p = q;
    if :: over[p] -> atomic { CLOSE_ROLL }; atomic { CLOSE_RECORD(p) }; goto join :: else fi; /* ended_meanwhile() */
reading:
    if
    :: ENDED(p)
    :: DIES -> goto killed
    :: timeout -> goto end
#ifdef LEAVES
    :: goto killed
#endif
    fi;
move:
    if
    :: p < 1 && OFFERS(1) -> q = 1
#if NP > 2
    :: p < 2 && OFFERS(2) -> q = 2
#endif
    :: timeout -> goto end
    fi;
#ifdef MUT_SHOW_NOTHING
    if :: ask[q] ! c, false :: ENDED(q) -> goto move fi;
#else
    if :: ask[q] ! c, true :: ENDED(q) -> goto move fi;
#endif
    if
    :: answer[c] ? whose, i
    :: dead[q] && empty(answer[c]) -> goto move
    fi;
    if :: i == NOBODY && over[q] -> i = 0; goto move :: else fi;
    if
    :: !lost && i != NOBODY -> lost = true; atomic { record[AT(q, i)] = NOBODY; i = 0 }; goto move /* it came too late for us */
    :: skip
    fi;
    assert(i != NOBODY && claim[AT(q, i)] == KEPT && roll[i] == c);
    MAY_DIE;
    claim[AT(q, i)] = USED;
    MAY_DIE;
    record[AT(p, place)] = NOBODY;
    p = q; place = i; i = 0;
    goto reading;
killed: /* or it leaves: the roll first */
    atomic { gone[c] = true; CLOSE_ROLL };
    atomic { CLOSE_RECORD(0); CLOSE_RECORD(1) };
#if NP > 2
    atomic { CLOSE_RECORD(2) };
#endif
end: skip
}

init {
    atomic {
        roll[0] = 0; roll[1] = NOBODY;
        byte k;
        do :: k < NP * NC -> record[k] = NOBODY; k++ :: else -> break od;
        record[AT(0, 0)] = 0; claim[AT(0, 0)] = USED; given[AT(0, 0)] = true;
        run producer(0); run producer(1);
#if NP > 2
        run producer(2);
#endif
        run reader(0); run reader(1)
    }
}
