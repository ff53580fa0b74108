using VampNet.Runtime.Randomness;

namespace VampNet.Runtime.Tests.Randomness;

public sealed class PhiloxTests
{
    // Random123's known answers for philox4x32-10; the words of counter and key in its order.
    [Theory]
    [InlineData(0, 0, 0, 0x6627E8D5u, 0xE169C58Du, 0xBC57AC4Cu, 0x9B00DBD8u)]
    [InlineData(ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, 0x408F276Du, 0x41C83B0Eu, 0xA20BC7C6u, 0x6D5451FDu)]
    [InlineData(0x299F31D0A4093822, 0x0370734413198A2E, 0x85A308D3243F6A88, 0xD16CFE09u, 0x94FDCCEBu, 0x5001E420u, 0x24126EA1u)]
    public void Block_KnownAnswers_AreGiven(ulong key, ulong stream, ulong block, uint x, uint y, uint z, uint w) =>
        Assert.Equal((x, y, z, w), Philox.Block(key, stream, block));

    [Fact]
    public void EightBlocks_OnAnyProcessor_AreTheBlocksWordByWord()
    {
        uint[] words = new uint[32],
            singly = new uint[32];
        Philox.EightBlocks(0x0123456789ABCDEF, 0xFEDCBA9876543210, 0xFFFFFFFF8, words);
        Philox.EightBlocksSingly(0x0123456789ABCDEF, 0xFEDCBA9876543210, 0xFFFFFFFF8, singly);

        Assert.Equal(singly, words);
        Assert.Equal(Philox.Block(0x0123456789ABCDEF, 0xFEDCBA9876543210, 0xFFFFFFFFB), (words[3], words[11], words[19], words[27]));
    }
}
