using VampNet.Runtime.Masks;

namespace VampNet.Runtime.Tests.Masks;

public sealed class MaskTextTests
{
    [Fact]
    public void ReadMask_LinePerCodebook_GivesIt() =>
        Assert.Equal([false, true, true, true, false, true], Read("0 1 1\n\n1 0 1\n", 2, 3).Values);

    [Fact]
    public void ReadMask_SingleLine_ServesEveryCodebook() =>
        Assert.Equal([false, true, false, true, false, true], Read("0 1", 3, 2).Values);

    [Theory]
    [InlineData("0 2 1", "VNR0201", "'2' in line 1")]
    [InlineData("0 1 1\n0 x 1", "VNR0201", "'x' in line 2")]
    [InlineData("0 1 1\n0 1", "VNR0202", "2 frames in line 2")]
    [InlineData("0 1 1\n0 1 1\n0 1 1", "VNR0202", "3 lines")]
    [InlineData("# nothing\n", "VNR0202", "0 lines")]
    public void ReadMask_AnythingElse_IsRefused(string text, string id, string says) => Refused(id, says, () => Read(text, 2, 3));

    [Fact]
    public void ReadTimes_NumbersWithLabels_GivesThem() =>
        Assert.Equal([0.5, 1.25, 3], MaskText.ReadTimes(new StringReader("0.5\n1.25\t2 downbeat\n# end\n3e0 # bar\n"), "beats.txt"));

    [Theory]
    [InlineData("one", "VNR0203", "'one' in line 1")]
    [InlineData("1\n-2", "VNR0203", "'-2' in line 2")]
    [InlineData("NaN", "VNR0203", "'NaN'")]
    [InlineData("\n", "VNR0204", "no line")]
    public void ReadTimes_AnythingElse_IsRefused(string text, string id, string says) =>
        Refused(id, says, () => MaskText.ReadTimes(new StringReader(text), "beats.txt"));

    private static TokenGrid<bool> Read(string text, int codebooks, int frames) =>
        MaskText.ReadMask(new StringReader(text), codebooks, frames, "mask.txt");

    private static void Refused(string id, string says, Func<object> read)
    {
        RuntimeException error = Assert.Throws<RuntimeException>(read);
        Assert.Equal(id, error.Id);
        Assert.Contains(says, error.Message);
    }
}
