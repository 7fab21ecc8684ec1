package lb.director.replay;

class TmpGoldenTest {
    @org.junit.jupiter.api.Test
    void write() throws Exception {
        WriteGoldenCases.main(new String[0]);
    }
}
