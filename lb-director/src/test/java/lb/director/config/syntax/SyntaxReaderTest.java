package lb.director.config.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SyntaxReaderTest {

    private static final SyntaxOptions OPTIONS =
            new SyntaxOptions("main", Map.of("HOME_NET", "10.1"), 1, Limits.DEFAULT);

    private final Diagnostics diagnostics = new Diagnostics();

    private List<Statement> read(String text) {
        return SyntaxReader.read("f.conf", text, OPTIONS, diagnostics);
    }

    /** Words separated by a space, statements by a semicolon, blocks in brackets. */
    private static String shown(List<Statement> statements) {
        StringBuilder text = new StringBuilder();
        for (Statement statement : statements) {
            text.append(text.isEmpty() ? "" : "; ");
            text.append(String.join(" ", statement.words().stream().map(Word::text).toList()));
            if (statement.block() != null) {
                text.append(" [").append(shown(statement.block().statements())).append("]");
            }
        }
        return text.toString();
    }

    private List<String> messages() {
        return diagnostics.inOrder().stream().map(Diagnostic::toString).toList();
    }

    /** {@code |} stands for a line break. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "a b|c ~ a b; c",
                "a { b } ~ a [b]",
                "a {b}|c ~ a [b]; c",
                "a||{|b|} ~ a [b]",
                "a # note|! other|{|b|} ~ a [b]",
                "a { b { c } } d ~ a [b [c]]; d",
                "a { b { c|}}|d{e|} ~ a [b [c]]; d [e]",
                "a { } ~ a []",
                "a b! c|d#e ~ a b; d",
                "a \"b # c ! d\" e ~ a b # c ! d e",
                "a \\#b c\\!d ~ a #b c!d",
                "ab\" c  d \"e f ~ ab c  d e f",
                "a 'b \"c\" d' ~ a b \"c\" d",
                "a \"x\\\"y\\\\z\\x41\\101\\t.\" ~ a x\"y\\zAA\t.",
                "a \"{ }\" '{' ~ a { } {",
                "a \"\" b ~ a  b",
            })
    void textBecomesThisTree(String text, String tree) {
        assertThat(shown(read(text.replace('|', '\n')))).isEqualTo(tree);
        assertThat(messages()).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '%',
            quoteCharacter = '`',
            value = {
                "$A=1|x $A ${A}2 % x 1 12",
                "$A=1 2|x $A % x 1 2",
                "x $NONE y % x $NONE y",
                "$A=10.${B}|$B=2|x ${A}.1|$B=3|x ${A}.1 % x 10.2.1; x 10.3.1",
                "$A=|x $A y % x y",
                "$A= \\|b 1 { \\|c \\|}|x {|$A|} % x [b 1 [c]]",
                "$R=\\|r ${N} { \\|w 1 \\||  } \\|s|$N=1|$R|$N=2|$R % r 1 [w 1]; s; r 2 [w 1]; s",
                "$V=\\|$N=7 \\|n $N \\|m|$V % n 7; m",
                "@main a|@other b|@^main c|@^other d % a; d",
                "@main $P=1|@other $P=2|p $P % p 1",
                "$IF=@main|$IF p 1|$NO=@other|$NO p 2 % p 1",
                "@other $A= \\|x \\|y|z % z",
                "x ${_INSTANCE} ${_HASH} ${_BANG} ${_ENV HOME_NET}.1 % x main # ! 10.1.1",
                "~SEQ(N,1,3) r $N % r 1; r 2; r 3",
                "~SEQ(N,2) r $N % r 1; r 2",
                "~SEQ(N,5,-2,1) r $N % r 5; r 3; r 1",
                "~SEQx(N,0x90,0x10,0xb0) r ${N}:1 % r 90:1; r a0:1; r b0:1",
                "~LST(N,a,b) ~SEQ(M,2) r ${N}${M} % r a1; r a2; r b1; r b2",
                "~LST({A,B},{1,x},{2,y}) r ${A}.${B} { w $B } % r 1.x [w x]; r 2.y [w y]",
                "$B=\\|b $N { \\|c \\|}|~SEQ(N,2) $B % b 1 [c]; b 2 [c]",
                "$E=3|~SEQ(N,2,$E ) r $N % r 2; r 3",
            })
    void variablesConditionsAndGeneratorsBecomeThisTree(String text, String tree) {
        assertThat(shown(read(text.replace('|', '\n')))).isEqualTo(tree);
        assertThat(messages()).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '%',
            quoteCharacter = '`',
            value = {
                "a {|b {|c| % f.conf:1:3: error: the '{' of a is never closed; add the missing '}'",
                "a| }|b % f.conf:2:2: error: '}' closes nothing; remove it, or look for a missing '{' above",
                "{|a|} % f.conf:1:1: error: '{' without a keyword before it; expected a keyword such as virtual_server",
                "a \"b c % f.conf:1:3: error: the quote \" is not closed on this line; add the closing \"",
                "a 'b # c' % f.conf:1:3: error: the quote ' is not closed on this line; add the closing '; note that"
                        + " # and ! start a comment inside '...', but not inside \"...\"",
                "a b \\|c % f.conf:1:5: warning: '\\' at the end of a line joins lines only in a $NAME= definition; it"
                        + " is ignored",
                "a|x ${FOO}/24 % f.conf:2:3: warning: '${FOO}' is not defined above this line and stays as it is",
                "$A=1|x $A/24 % f.conf:2:3: warning: $A is replaced only before a space; write ${A}",
                "$A=1|$_B=2 % f.conf:2:5: error: names that start with _ are predefined; choose another for $_B",
                "@ a % f.conf:1:1: error: expected a name behind '@', as in '@main priority 100'",
                "$A=$A |x $A % f.conf:1:4: error: $A is replaced again and again; does it contain itself?",
                "~SEQ(N,1,0,3) x % f.conf:1:1: error: the step of ~SEQ is 0, so it would never end",
                "~SEQ(N,1,1000000) x % f.conf:1:1: error: ~SEQ makes more than 65536 lines",
                "~SEQ(N,a,3) x % f.conf:1:1: error: 'a' is not a number",
                "~LST({A,B},{1}) x % f.conf:1:1: error: ~LST sets 2 variables, but '{1}' has 1 values",
                "~FOO x % f.conf:1:1: error: expected ~SEQ(var, start, step, end), ~SEQx(...) or ~LST(var, value, ...)",
                "include % f.conf:1:1: error: include needs a file name or a pattern such as conf.d/*.conf",
            })
    void brokenTextSaysWhereAndWhatToDo(String text, String message) {
        read(text.replace('|', '\n'));

        assertThat(messages()).isNotEmpty();
        assertThat(messages().getFirst()).isEqualTo(message);
    }

    @Test
    void wordsKeepThePlaceWhereTheyWereWritten() {
        List<Statement> tree =
                read("$W=\\\n weight 7 \\\nlast\n$N=2\n  real 10.0.0.$N x${N}y z\n  $W");

        assertThat(
                        tree.getFirst().words().stream()
                                .map(w -> w.text() + "@" + w.location().toString()))
                .containsExactly(
                        "real@f.conf:5:3",
                        "10.0.0.2@f.conf:5:8",
                        "x2y@f.conf:5:18",
                        "z@f.conf:5:25");
        assertThat(tree.get(1).words().stream().map(w -> w.text() + "@" + w.location().line()))
                .containsExactly("weight@2", "7@2");
    }

    @Test
    void aVariableThatIsAWholeWordIsPlacedWhereItWasDefined() {
        List<Statement> tree = read("$PORT=70000\nvirtual_server 10.0.0.1 $PORT {\n}");

        assertThat(tree.getFirst().words().getLast().location())
                .isEqualTo(new Location("f.conf", 1, 7));
    }

    @Test
    void tabsAndCarriageReturnsAreSpace() {
        assertThat(shown(read("\ta\t b \r\n\fc\r\n"))).isEqualTo("a b; c");
        assertThat(messages()).isEmpty();
    }

    @Test
    void randomIsWithinItsRangeAndRepeatable() {
        String first = shown(read("~SEQ(N,100) x ${_RANDOM 3 5}"));
        String second = shown(read("~SEQ(N,100) x ${_RANDOM 3 5}"));

        assertThat(first).isEqualTo(second).contains("x 3").contains("x 4").contains("x 5");
        assertThat(first.replaceAll("x [345](; )?", "")).isEmpty();
    }

    @Test
    void twoMissingBracesAreBothNamed() {
        assertThat(shown(read("a {\n b {\n  c\n"))).isEqualTo("a [b [c]]");
        assertThat(messages())
                .containsExactly(
                        "f.conf:1:3: error: the '{' of a is never closed; add the missing '}'",
                        "f.conf:2:4: error: the '{' of b is never closed; add the missing '}'");
    }

    @Test
    void binaryGarbageIsNamedOnce() {
        read("a b\nx \u0000\u0001 y\n\u0002\n");

        assertThat(messages())
                .containsExactly(
                        "f.conf:2:3: error: byte 0x00 is not text; is this the right file, and is it whole?");
    }

    @Test
    void blocksTooDeepAreOneErrorAndTheRestIsStillRead() {
        String tree = shown(read("a { ".repeat(100) + "} ".repeat(100) + "\nb"));

        assertThat(tree).endsWith("; b");
        assertThat(messages())
                .containsExactly(
                        "f.conf:1:131: error: blocks are nested more than 32 deep; is a '}' missing above?");
    }

    @Test
    void aVariableThatContainsItselfOverSeveralLinesEnds() {
        read("$A=\\\nx \\\n$A\n$A\n");

        assertThat(messages()).hasSize(1);
        assertThat(messages().getFirst()).contains("does a variable contain itself?");
    }

    @Test
    void growthBeyondAllBoundsEnds() {
        StringBuilder text = new StringBuilder("$A0=\\\nx \\\ny\n");
        for (int i = 1; i < 35; i++) {
            text.append("$A%d=\\\n$A%d \\\n$A%d\n".formatted(i, i - 1, i - 1));
        }
        read(text + "$A34\n");

        assertThat(messages()).hasSize(1);
        assertThat(messages().getFirst()).contains("the configuration grows beyond 2000000 lines");
    }

    @Test
    void aLineThatGrowsBeyondItsBoundEnds() {
        StringBuilder text = new StringBuilder("$A0=xxxxxxxxxxxxxxxx\n");
        for (int i = 1; i < 35; i++) {
            text.append("$A%d=${A%d}${A%d}\n".formatted(i, i - 1, i - 1));
        }
        read(text + "a $A34\n");

        assertThat(messages()).hasSize(1);
        assertThat(diagnostics.hasErrors()).isTrue();
    }

    @Test
    void manyFindingsAreCapped() {
        read("}\n".repeat(700));

        assertThat(messages()).hasSize(501);
        assertThat(messages().getLast())
                .isEqualTo("f.conf: error: 200 more errors are not shown; mend those above first");
    }
}
