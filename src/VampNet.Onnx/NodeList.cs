using System.Collections;

namespace VampNet.Onnx;

/// <summary>
/// The nodes of a graph in order, as a linked list whose entries carry increasing numbers. Inserting, removing and comparing two places
/// take constant time (inserting often at one place renumbers the list now and then); indices are recomputed once after a change.
/// </summary>
internal sealed class NodeList : IReadOnlyList<Node>
{
    // Numbers this far apart leave room for some forty nodes at one place before the list is renumbered.
    private const long Gap = 1L << 40;

    private Node? _first;
    private Node? _last;
    private Node[]? _indexed;
    private int _version;

    /// <summary>The first node; null when there is none.</summary>
    public Node? First => _first;

    /// <summary>Number of nodes.</summary>
    public int Count { get; private set; }

    /// <inheritdoc/>
    public Node this[int index] => Indexed()[index];

    /// <summary>The index of a node; -1 when it is not in the list.</summary>
    public int IndexOf(Node node) => Contains(node) && Indexed() is not null ? node.Place.Index : -1;

    /// <summary>Whether the node is in the list.</summary>
    public bool Contains(Node node) => node.Place.List == this;

    /// <summary>Appends a node.</summary>
    public void Add(Node node) => InsertBefore(null, node);

    /// <summary>Inserts a node before another one, or last when there is none.</summary>
    public void InsertBefore(Node? next, Node node)
    {
        Node? previous = next is null ? _last : next.Place.Previous;
        node.Place.List = this;
        (node.Place.Previous, node.Place.Next) = (previous, next);
        if (previous is null)
        {
            _first = node;
        }
        else
        {
            previous.Place.Next = node;
        }

        if (next is null)
        {
            _last = node;
        }
        else
        {
            next.Place.Previous = node;
        }

        Count++;
        Changed();
        Number(previous, node, next);
    }

    /// <summary>Removes a node, if it is there.</summary>
    public void Remove(Node node)
    {
        if (!Contains(node))
        {
            return;
        }

        (Node? previous, Node? next) = (node.Place.Previous, node.Place.Next);
        if (previous is null)
        {
            _first = next;
        }
        else
        {
            previous.Place.Next = next;
        }

        if (next is null)
        {
            _last = previous;
        }
        else
        {
            next.Place.Previous = previous;
        }

        node.Place = default;
        Count--;
        Changed();
    }

    /// <inheritdoc/>
    public IEnumerator<Node> GetEnumerator()
    {
        int version = _version;
        for (Node? node = _first; node is not null; node = node.Place.Next)
        {
            yield return node;
            if (version != _version)
            {
                throw new InvalidOperationException("The nodes of the graph were changed while they were listed.");
            }
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private void Changed()
    {
        _indexed = null;
        _version++;
    }

    private void Number(Node? previous, Node node, Node? next)
    {
        node.Place.Order = (previous, next) switch
        {
            (null, null) => 0,
            ({ } before, null) => before.Place.Order + Gap,
            (null, { } after) => after.Place.Order - Gap,
            ({ } before, { } after) => before.Place.Order + ((after.Place.Order - before.Place.Order) / 2),
        };
        if (previous is not null && previous.Place.Order == node.Place.Order)
        {
            long order = 0;
            for (Node? each = _first; each is not null; each = each.Place.Next)
            {
                each.Place.Order = order;
                order += Gap;
            }
        }
    }

    private Node[] Indexed()
    {
        if (_indexed is not { } indexed)
        {
            indexed = new Node[Count];
            int index = 0;
            for (Node? node = _first; node is not null; node = node.Place.Next)
            {
                node.Place.Index = index;
                indexed[index++] = node;
            }

            _indexed = indexed;
        }

        return indexed;
    }
}

/// <summary>The place of a node in a <see cref="NodeList"/>.</summary>
internal struct NodePlace
{
    /// <summary>The list; null when the node is in none.</summary>
    public NodeList? List { get; set; }

    /// <summary>The node before.</summary>
    public Node? Previous { get; set; }

    /// <summary>The node after.</summary>
    public Node? Next { get; set; }

    /// <summary>A number that increases along the list.</summary>
    public long Order { get; set; }

    /// <summary>The index, where the list has counted its nodes since it changed.</summary>
    public int Index { get; set; }
}
