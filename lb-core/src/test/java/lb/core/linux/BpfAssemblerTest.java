package lb.core.linux;

import static lb.core.linux.BpfAssembler.Register.R0;
import static lb.core.linux.BpfAssembler.Register.R1;
import static lb.core.linux.BpfAssembler.Register.R10;
import static lb.core.linux.BpfAssembler.Register.R2;
import static lb.core.linux.BpfAssembler.Register.R6;
import static lb.core.linux.BpfAssembler.Register.R9;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import lb.core.linux.BpfAssembler.Label;
import lb.core.linux.BpfAssembler.Size;
import org.junit.jupiter.api.Test;

/** Encodings computed by hand from RFC 9669: opcode, source and destination, offset, immediate. */
class BpfAssemblerTest {
    private final BpfAssembler code = new BpfAssembler();

    @Test
    void arithmeticIsSixtyFourBitsWide() {
        code.move(R0, -1).move(R6, R1).add(R2, -24).add(R9, R0);
        code.and(R0, 0x1fff).shiftLeft(R0, 2).shiftRight(R0, 4).networkOrder(R0, 16);
        expect(
                "b7 00 0000 ffffffff",
                "bf 16 0000 00000000",
                "07 02 0000 e8ffffff",
                "0f 09 0000 00000000",
                "57 00 0000 ff1f0000",
                "67 00 0000 02000000",
                "77 00 0000 04000000",
                "dc 00 0000 10000000");
    }

    @Test
    void loadsAndStoresCarryTheirSizeAndOffset() {
        code.load(Size.WORD, R0, R6, 4).load(Size.HALF, R0, R10, -64);
        code.load(Size.BYTE, R0, R10, -55).load(Size.DOUBLE, R0, R10, -40);
        code.store(Size.DOUBLE, R10, -24, 0).store(Size.HALF, R10, -8, R0);
        code.store(Size.BYTE, R10, -5, 10);
        expect(
                "61 60 0400 00000000",
                "69 a0 c0ff 00000000",
                "71 a0 c9ff 00000000",
                "79 a0 d8ff 00000000",
                "7a 0a e8ff 00000000",
                "6b 0a f8ff 00000000",
                "72 0a fbff 0a000000");
    }

    @Test
    void aMapTakesTwoInstructions() {
        code.loadMap(R1, 0x1234).call(1).exit();
        expect(
                "18 11 0000 34120000",
                "00 00 0000 00000000",
                "85 00 0000 01000000",
                "95 00 0000 00000000");
    }

    @Test
    void jumpsCountFromTheNextInstruction() {
        Label start = new Label("start");
        Label end = new Label("end");
        code.mark(start).jumpIfEqual(R0, 3, end).loadMap(R1, 1);
        code.jumpIfNotEqual(R6, 0, start).jumpIfLess(R0, 20, end).jumpIfAnyBit(R0, 1, end);
        code.jump(start).mark(end).exit();
        expect(
                "15 00 0600 03000000",
                "18 11 0000 01000000",
                "00 00 0000 00000000",
                "55 06 fcff 00000000",
                "a5 00 0200 14000000",
                "45 00 0100 01000000",
                "05 00 f9ff 00000000",
                "95 00 0000 00000000");
    }

    @Test
    void aLabelHasToBeMarkedOnceAndWithinReach() {
        Label nowhere = new Label("nowhere");
        code.jump(nowhere);
        assertThatThrownBy(code::assemble)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("label nowhere is not marked");
        for (int i = 0; i <= Short.MAX_VALUE; i++) {
            code.exit();
        }
        code.mark(nowhere);
        assertThatThrownBy(code::assemble).hasMessage("label nowhere is too far away");
        assertThatThrownBy(() -> code.mark(nowhere)).hasMessage("label nowhere is marked twice");
    }

    private void expect(String... instructions) {
        String hex = String.join("", instructions).replace(" ", "");
        assertThat(HexFormat.of().formatHex(code.assemble())).isEqualTo(hex);
    }
}
