using System.Globalization;
using System.Numerics;
using System.Text;
using VampNet.Checkpoints.Pickling;

namespace VampNet.Checkpoints.Tests.Pickling;

public sealed class PickleMachineTests
{
    [Theory]
    [InlineData("N", null)]
    [InlineData("\u0088", true)]
    [InlineData("I01\n", true)]
    [InlineData("I-7\n", -7L)]
    [InlineData("K\u00ff", 255L)]
    [InlineData("M\u0001\u0002", 513L)]
    [InlineData("J\u00fe\u00ff\u00ff\u00ff", -2L)]
    [InlineData("L12L\n", 12L)]
    [InlineData("\u008a\u0002\u0000\u0080", -32768L)]
    [InlineData("\u008b\u0001\0\0\0\u0005", 5L)]
    [InlineData("\u008a\0", 0L)]
    [InlineData("G\u003f\u00e8\0\0\0\0\0\0", 0.75)]
    [InlineData("F1e-3\n", 0.001)]
    [InlineData("X\u0003\0\0\0a\u00c3\u00b1", "a\u00f1")]
    [InlineData("\u008c\u0001z", "z")]
    [InlineData("\u008d\u0001\0\0\0\0\0\0\0z", "z")]
    [InlineData("U\u0002a\u00f1", "a\u00f1")]
    [InlineData("T\u0001\0\0\0z", "z")]
    [InlineData("K\u000120", 1L)]
    [InlineData("K\u0001(K\u0002K\u00031", 1L)]
    [InlineData("\u0095\0\0\0\0\0\0\0\0K\u0001", 1L)]
    public void Read_AScalar_GivesItsValue(string opcodes, object? expected) => Assert.Equal(expected, Run(opcodes));

    [Fact]
    public void Read_AnIntegerBeyond64Bits_KeepsItExactly() =>
        Assert.Equal(BigInteger.Pow(2, 70), Run("\u008a\u0009\0\0\0\0\0\0\0\0\u0040"));

    [Theory]
    [InlineData("]", "[]")]
    [InlineData("(K\u0001K\u0002l", "[1 2]")]
    [InlineData("]K\u0001a", "[1]")]
    [InlineData("](K\u0001K\u0002e", "[1 2]")]
    [InlineData(")", "()")]
    [InlineData("K\u0001\u0085", "(1)")]
    [InlineData("K\u0001K\u0002\u0086", "(1 2)")]
    [InlineData("K\u0001K\u0002K\u0003\u0087", "(1 2 3)")]
    [InlineData("(K\u0001K\u0002K\u0003K\u0004t", "(1 2 3 4)")]
    [InlineData("}", "{}")]
    [InlineData("}K\u0001K\u0002s", "{1:2}")]
    [InlineData("}(K\u0001K\u0002K\u0003K\u0004u", "{1:2 3:4}")]
    [InlineData("(K\u0001K\u0002d", "{1:2}")]
    [InlineData("}K\u0001K\u0002sNK\u0005sK\u0001K\u0006s", "{1:6 None:5}")]
    [InlineData("\u008f(K\u0001K\u0002\u0090", "<1 2>")]
    [InlineData("(K\u0001K\u0002\u0091", "<1 2>")]
    [InlineData("K\u0001q\u0005h\u0005\u0086", "(1 1)")]
    [InlineData("K\u0001r\u0005\u0001\0\0j\u0005\u0001\0\0\u0086", "(1 1)")]
    [InlineData("K\u0001\u0094h\0\u0086", "(1 1)")]
    [InlineData("K\u0001p0\ng0\n\u0086", "(1 1)")]
    [InlineData("B\u0002\0\0\0\u0001\u0002", "0102")]
    [InlineData("C\u0002\u0001\u0002", "0102")]
    [InlineData("\u008e\u0002\0\0\0\0\0\0\0\u0001\u0002", "0102")]
    [InlineData("cos\nsystem\n", "global os.system")]
    [InlineData("X\u0002\0\0\0osX\u0006\0\0\0system\u0093", "global os.system")]
    [InlineData("cos\nsystem\n(X\u0002\0\0\0rmtR", "instance os.system")]
    [InlineData("ca\nB\n)\u0081}b", "instance a.B")]
    [InlineData("ca\nB\n)}\u0092(K\u0001e(K\u0001K\u0002u", "instance a.B")]
    [InlineData("ca\nB\n)R)R", "instance a.B")]
    public void Read_AContainerOrGlobal_BuildsItAndCallsNothing(string opcodes, string expected) =>
        Assert.Equal(expected, Show(Run(opcodes)));

    [Theory]
    [InlineData("VNC0301", "X\u00ff\0\0\0short")]
    [InlineData("VNC0301", "\u008d\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff")]
    [InlineData("VNC0302", "\u00ee")]
    [InlineData("VNC0303", "(ios\nsystem\n")]
    [InlineData("VNC0303", "(cos\nsystem\no")]
    [InlineData("VNC0303", "\u0082\u0001")]
    [InlineData("VNC0303", "Pid\n")]
    [InlineData("VNC0303", "\u0097")]
    [InlineData("VNC0304", "0")]
    [InlineData("VNC0304", "t")]
    [InlineData("VNC0304", "K\u0001(0")]
    [InlineData("VNC0304", "K\u0001K\u0002")]
    [InlineData("VNC0304", "}(K\u0001u")]
    [InlineData("VNC0305", "h\u0007")]
    [InlineData("VNC0307", "\u0080\u0009N")]
    [InlineData("VNC0307", "X\u0001\0\0\0\u00ff")]
    [InlineData("VNC0307", "Ione\n")]
    [InlineData("VNC0307", "Fone\n")]
    [InlineData("VNC0307", "gone\n")]
    [InlineData("VNC0307", "I1")]
    [InlineData("VNC0307", "\u008b\u00ff\u00ff\u00ff\u00ff")]
    [InlineData("VNC0308", "K\u0001K\u0002a")]
    [InlineData("VNC0308", "K\u0001K\u0002K\u0003s")]
    [InlineData("VNC0308", "K\u0001)R")]
    [InlineData("VNC0308", "ca\nB\nK\u0001R")]
    [InlineData("VNC0308", "K\u0001K\u0002b")]
    [InlineData("VNC0308", "K\u0001K\u0002\u0093")]
    [InlineData("VNC0309", "K\u0001Q")]
    [InlineData("VNC0309", "(X\u0007\0\0\0storagectorch\nFloatStorage\nK\u0001\u0085X\u0003\0\0\0cpuK\u0001tQ")]
    [InlineData("VNC0407", "(X\u0007\0\0\0storagectorch\nQInt8Storage\nX\u0001\0\0\0zX\u0003\0\0\0cpuK\u0001tQ")]
    public void Read_ABrokenPickle_IsRefused(string id, string opcodes) =>
        Assert.Equal(id, Assert.Throws<CheckpointException>(() => Run(opcodes)).Id);

    [Fact]
    public void Read_ManyStackedValues_IsRefused() =>
        Assert.Equal("VNC0306", Assert.Throws<CheckpointException>(() => Run(new string('N', 70_000))).Id);

    [Fact]
    public void Read_ManyMarks_IsRefused() =>
        Assert.Equal("VNC0306", Assert.Throws<CheckpointException>(() => Run(new string('(', 70_000))).Id);

    [Fact]
    public void Read_ALongGlobalName_IsRefused() =>
        Assert.Equal("VNC0307", Assert.Throws<CheckpointException>(() => Run($"c{new string('x', 600)}\nB\n")).Id);

    [Fact]
    public void Read_OneListPutIntoAnotherAgainAndAgain_StopsAtTheBudget() =>
        AssertStopsAtBudget("]q\0" + string.Concat(Enumerable.Repeat($"({string.Concat(Enumerable.Repeat("h\0", 60_000))}e", 60)));

    [Fact]
    public void Read_OneTextEncodedAgainAndAgain_StopsAtTheBudget() =>
        AssertStopsAtBudget(
            $"X\0\u0004\0\0{new string('s', 1024)}q\0"
                + $"{string.Concat(Enumerable.Repeat("0c_codecs\nencode\n(h\0X\u0006\0\0\0latin1tR", 100_000))}"
        );

    [Theory]
    [InlineData("]")]
    [InlineData("}")]
    [InlineData("\u008f")]
    [InlineData("U\u0001x")]
    [InlineData("\u008a\u0009\0\0\0\0\0\0\0\0\u0040")]
    [InlineData("ca\nb\n")]
    [InlineData("ca\nb\n)R")]
    [InlineData("ccollections\nOrderedDict\n)R")]
    [InlineData("NN\u0086")]
    [InlineData("Nq\u0001")]
    public void Read_TheLargestPickleOfOneValueAgainAndAgain_StaysUnder200Megabytes(string value)
    {
        string batch = $"({string.Concat(Enumerable.Repeat(value, 30_000))}e";
        int batches = Math.Min(75, CheckpointLimits.Default.PickleBytes / batch.Length);
        AssertStopsAtBudget($"]{string.Concat(Enumerable.Repeat(batch, batches))}", CheckpointLimits.Default, most: 200 << 20);
    }

    private static void AssertStopsAtBudget(string opcodes) =>
        AssertStopsAtBudget(opcodes, new CheckpointLimits { PickleMemory = 16 << 20 }, most: 64 << 20);

    private static void AssertStopsAtBudget(string opcodes, CheckpointLimits limits, long most)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(opcodes);
        long before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Equal("VNC0306", Assert.Throws<CheckpointException>(() => Run(bytes, limits)).Id);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, most);
    }

    private static object? Run(string opcodes) => Run(Encoding.Latin1.GetBytes($"{opcodes}."), CheckpointLimits.Default);

    private static object? Run(byte[] pickle, CheckpointLimits limits)
    {
        int position = 0;
        return PickleMachine.Read(pickle, ref position, new PickleBudget(limits), new HashSet<string>());
    }

    private static string Show(object? value) =>
        value switch
        {
            null => "None",
            PickleList list => $"[{string.Join(' ', list.Items.Select(Show))}]",
            PickleTuple tuple => $"({string.Join(' ', tuple.Items.Select(Show))})",
            PickleSet set => $"<{string.Join(' ', set.Items.Select(Show))}>",
            PickleDict dict => $"{{{string.Join(' ', dict.Entries.Select(entry => $"{Show(entry.Key)}:{Show(entry.Value)}"))}}}",
            PickleGlobal global => $"global {global.FullName}",
            PickleInstance instance => $"instance {instance.Type.FullName}",
            byte[] bytes => Convert.ToHexString(bytes),
            _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        };
}
