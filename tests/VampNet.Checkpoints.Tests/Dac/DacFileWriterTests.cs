using VampNet.Checkpoints.Dac;
using VampNet.TestSupport;

namespace VampNet.Checkpoints.Tests.Dac;

public sealed class DacFileWriterTests
{
    [Theory]
    [InlineData("even")]
    [InlineData("odd")]
    [InlineData("latent")]
    public void Write_WhatUpstreamWrote_GivesTheSameBytes(string name)
    {
        byte[] original = File.ReadAllBytes(Golden.Path($"dac/{name}/stereo.dac"));

        Assert.Equal(original, Write(DacFileReader.Read(original.AsSpan())));
    }

    [Fact]
    public void Write_LargeNumbersAndSeveralLoudnesses_ReadsBack()
    {
        ushort[] codes = [.. Enumerable.Range(0, 3 * 2 * 300).Select(code => (ushort)(code * 13))];
        var file = new DacFile([.. codes], 2, 3, [-20f, -70f, 3.5f], 123_456_789, 192_000, 150, IsPadded: false);

        DacFile read = DacFileReader.Read(Write(file).AsSpan());

        Assert.Equal(file.Codes, read.Codes);
        Assert.Equal(file.InputLoudness, read.InputLoudness);
        Assert.Equal(file with { Codes = read.Codes, InputLoudness = read.InputLoudness }, read);
    }

    private static byte[] Write(DacFile file)
    {
        using MemoryStream stream = new();
        DacFileWriter.Write(stream, file);
        return stream.ToArray();
    }
}
